package dev.imdsanalyzer.process.script;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What programs run that only run others' in themselves: application servers, task queues, build tools and starters of
 * jars. A person calls such a process by both: {@code gunicorn shop.wsgi:app}.
 */
public final class LaunchedApplication {
    private static final Set<String> APPLICATION_SERVERS =
            Set.of("gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve", "granian");

    /** The first operand is the task. */
    private static final Set<String> TASK_RUNNERS = Set.of("manage.py", "artisan", "rake", "rails", "console");

    private static final Map<String, String> MAIN_CLASSES = Map.of(
            "org.gradle.launcher.GradleMain", "gradle",
            "org.gradle.wrapper.GradleWrapperMain", "gradle",
            "org.gradle.launcher.daemon.bootstrap.GradleDaemon", "gradle",
            "org.codehaus.plexus.classworlds.launcher.Launcher", "mvn",
            "org.apache.maven.wrapper.MavenWrapperMain", "mvn",
            "org.apache.catalina.startup.Bootstrap", "tomcat");

    private static final Pattern FOLDER_STARTER =
            Pattern.compile("org\\.springframework\\.boot\\.loader\\.(?:launch\\.)?(?:Jar|War|Properties)Launcher");

    /** What the workers write over their arguments. */
    private static final Pattern TITLE =
            Pattern.compile("(php-fpm|gunicorn): (?:pool ([^ ]+)|(?:master|worker) \\[([^]]+)\\]).*");

    private LaunchedApplication() {}

    /**
     * The name of both.
     *
     * @param executable path or name; may be null
     * @param script what an interpreter runs; null for other programs
     * @param arguments the program first
     * @param workingDirectory may be null
     * @return null for all other programs, and where the arguments do not tell
     */
    public static String of(String executable, String script, List<String> arguments, String workingDirectory) {
        if (arguments.size() == 1) {
            return ofTitle(arguments.get(0));
        }
        if (script != null && MAIN_CLASSES.containsKey(script)) {
            return MAIN_CLASSES.get(script);
        }
        if (script != null && FOLDER_STARTER.matcher(script).matches()) {
            return workingDirectory == null || workingDirectory.equals("/") ? null : ProgramName.of(workingDirectory);
        }
        String program = lastPart(script != null ? script : executable);
        List<String> own = script != null
                ? behind(program, arguments)
                : arguments.subList(Math.min(1, arguments.size()), arguments.size());
        String application = application(program, own);
        return application == null ? null : program + " " + ProgramName.of(application);
    }

    private static String ofTitle(String title) {
        Matcher matcher = TITLE.matcher(title);
        if (!matcher.matches()) {
            return null;
        }
        return matcher.group(2) != null
                ? matcher.group(1) + " pool " + matcher.group(2)
                : matcher.group(1) + " " + matcher.group(3);
    }

    private static String application(String program, List<String> own) {
        if (APPLICATION_SERVERS.contains(program)) {
            return operand(own, ".*[A-Za-z0-9_]:[A-Za-z_].*");
        }
        if (TASK_RUNNERS.contains(program)) {
            return operand(own, ".*");
        }
        return switch (program) {
            case "celery" -> value(own, "-A", "--app");
            case "ansible-playbook" -> operand(own, ".*\\.ya?ml");
            case "bundle" -> own.size() > 1 && own.get(0).equals("exec") ? own.get(1) : null;
            case "uwsgi", "uwsgi-core" -> {
                String named = value(own, "--ini", "-w", "--module", "--wsgi", "--wsgi-file", "--yaml", "--json");
                yield named != null ? named : operand(own, ".*\\.(?:ini|ya?ml|json)");
            }
            default -> null;
        };
    }

    /** The arguments behind the one that names the program. */
    private static List<String> behind(String program, List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            if (lastPart(arguments.get(i)).equals(program)) {
                return arguments.subList(i + 1, arguments.size());
            }
        }
        return List.of();
    }

    private static String operand(List<String> arguments, String pattern) {
        for (String argument : arguments) {
            if (!argument.startsWith("-") && !argument.isEmpty() && argument.matches(pattern)) {
                return argument;
            }
        }
        return null;
    }

    private static String value(List<String> arguments, String... options) {
        for (int i = 0; i < arguments.size(); i++) {
            for (String option : options) {
                if (arguments.get(i).equals(option) && i + 1 < arguments.size()) {
                    return arguments.get(i + 1);
                }
                if (arguments.get(i).startsWith(option + "=")) {
                    return arguments.get(i).substring(option.length() + 1);
                }
            }
        }
        return null;
    }

    private static String lastPart(String path) {
        return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
    }
}
