package dev.imdsanalyzer;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Top-level classes, each with those that are nested in it, that need each other in a circle: the strongly connected components
 * of more than one class (Tarjan, "Depth-first search and linear graph algorithms", 1972).
 */
final class ClassCircles {
    private final Map<String, Set<String>> needs;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final List<SortedSet<String>> circles = new ArrayList<>();

    private ClassCircles(Map<String, Set<String>> needs) {
        this.needs = needs;
    }

    /** The names of the classes of each circle. */
    static List<SortedSet<String>> of(JavaClasses classes) {
        Map<String, Set<String>> needs = new TreeMap<>();
        for (JavaClass one : classes) {
            Set<String> ofOne = needs.computeIfAbsent(top(one), name -> new TreeSet<>());
            for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
                ofOne.add(top(dependency.getTargetClass()));
            }
        }
        ClassCircles found = new ClassCircles(needs);
        needs.keySet().forEach(found::visit);
        return found.circles;
    }

    private static String top(JavaClass nested) {
        String name = nested.getBaseComponentType().getName();
        int dollar = name.indexOf('$');
        return dollar < 0 ? name : name.substring(0, dollar);
    }

    private void visit(String name) {
        if (numbers.containsKey(name)) {
            return;
        }
        int number = numbers.size();
        numbers.put(name, number);
        lowest.put(name, number);
        open.push(name);
        for (String needed : needs.get(name)) {
            if (!needs.containsKey(needed)) {
                continue;
            }
            visit(needed);
            if (open.contains(needed)) {
                lowest.merge(name, lowest.get(needed), Math::min);
            }
        }
        if (lowest.get(name) == number) {
            close(name);
        }
    }

    private void close(String root) {
        SortedSet<String> circle = new TreeSet<>();
        String name;
        do {
            name = open.pop();
            circle.add(name);
        } while (!name.equals(root));
        if (circle.size() > 1) {
            circles.add(circle);
        }
    }
}
