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
    private static final Set<String> TASK_RUNNERS = Set.of(
            "manage.py",
            "django-admin",
            "artisan",
            "rake",
            "rails",
            "console",
            "dramatiq",
            "arq",
            "huey_consumer",
            "huey_consumer.py");

    /** Programs that compile a script and run it in themselves. */
    private static final Set<String> COMPILERS =
            Set.of("ts-node", "ts-node-esm", "ts-node-dev", "babel-node", "coffee");

    /** Runners of a project's own tasks, by the names of their files. */
    private static final Map<String, String> PROJECT_RUNNERS = Map.of(
            "npm",
            "npm",
            "npm-cli.js",
            "npm",
            "pnpm",
            "pnpm",
            "pnpm.cjs",
            "pnpm",
            "yarn",
            "yarn",
            "yarn.js",
            "yarn",
            "yarnpkg",
            "yarn");

    private static final Set<String> RUN = Set.of("run", "run-script", "exec");

    private static final String SPARK = "org.apache.spark.deploy.SparkSubmit";

    /** Classes, and jars that have them. */
    private static final Map<String, String> MAIN_CLASSES = Map.of(
            "gradle-wrapper.jar", "gradle",
            "maven-wrapper.jar", "mvn",
            "worker.org.gradle.process.internal.worker.GradleWorkerMain", "gradle",
            "org.gradle.launcher.GradleMain", "gradle",
            "org.gradle.wrapper.GradleWrapperMain", "gradle",
            "org.gradle.launcher.daemon.bootstrap.GradleDaemon", "gradle",
            "org.codehaus.plexus.classworlds.launcher.Launcher", "mvn",
            "org.apache.maven.wrapper.MavenWrapperMain", "mvn",
            "org.apache.catalina.startup.Bootstrap", "tomcat");

    private static final Pattern MODULE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*");

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
        String program = lastPart(script != null ? script : executable);
        if (script != null && MAIN_CLASSES.containsKey(program)) {
            return MAIN_CLASSES.get(program);
        }
        if (script != null && FOLDER_STARTER.matcher(script).matches()) {
            return workingDirectory == null || workingDirectory.equals("/") ? null : ProgramName.of(workingDirectory);
        }
        List<String> own = script != null
                ? behind(program, arguments)
                : arguments.subList(Math.min(1, arguments.size()), arguments.size());
        if (PROJECT_RUNNERS.containsKey(program)) {
            return ofProject(PROJECT_RUNNERS.get(program), own);
        }
        if (program.equals("bundle")) {
            return ofBundle(own);
        }
        String application = application(program, own);
        String starter = program.equals(SPARK) ? "spark-submit" : program;
        return application == null ? null : starter + " " + ProgramName.of(application);
    }

    /** {@code npm run fetch}, as npm writes it over its arguments, too. */
    private static String ofProject(String runner, List<String> own) {
        int at = 0;
        while (at < own.size() && own.get(at).startsWith("-")) {
            at++;
        }
        if (at >= own.size()) {
            return null;
        }
        boolean named = RUN.contains(own.get(at));
        String task = named ? operand(own.subList(at + 1, own.size()), ".*") : own.get(at);
        String verb = own.get(at).equals("run-script") ? "run" : own.get(at);
        return task == null ? null : runner + " " + (named ? verb + " " : "") + ProgramName.of(task);
    }

    private static String ofBundle(List<String> own) {
        if (own.size() < 2 || !own.get(0).equals("exec")) {
            return null;
        }
        String program = lastPart(own.get(1));
        String application = application(program, own.subList(2, own.size()));
        return "bundle " + program + (application == null ? "" : " " + ProgramName.of(application));
    }

    private static String ofTitle(String title) {
        List<String> words = List.of(title.strip().split(" +"));
        if (PROJECT_RUNNERS.containsKey(words.get(0))) {
            return ofProject(PROJECT_RUNNERS.get(words.get(0)), words.subList(1, words.size()));
        }
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
            String named = operand(own, ".*[A-Za-z0-9_]:[A-Za-z_].*");
            return named != null ? named : module(own);
        }
        if (TASK_RUNNERS.contains(program)) {
            return operand(own, ".*");
        }
        return switch (program) {
            case "celery" -> value(own, "-A", "--app");
            case "flask" -> value(own, "-A", "--app");
            case "streamlit", "scrapy" -> own.size() > 1 ? own.get(1) : null;
            case SPARK -> {
                String main = value(own, "--class");
                yield main != null ? main : operand(own, ".*\\.(?:jar|py|R)");
            }
            case "ansible-playbook" -> operand(own, ".*\\.ya?ml");
            case "uwsgi", "uwsgi-core" -> {
                String named = value(own, "--ini", "-w", "--module", "--wsgi", "--wsgi-file", "--yaml", "--json");
                yield named != null ? named : operand(own, ".*\\.(?:ini|ya?ml|json)");
            }
            default -> COMPILERS.contains(program) ? operand(own, ".*\\.[a-z]+") : null;
        };
    }

    /** A module with its package that is no option's value: {@code gunicorn -w 4 shop.wsgi}. */
    private static String module(List<String> own) {
        for (int i = 0; i < own.size(); i++) {
            String before = i == 0 ? "" : own.get(i - 1);
            boolean value = before.startsWith("-") && !before.contains("=");
            if (!value && MODULE.matcher(own.get(i)).matches()) {
                return own.get(i);
            }
        }
        return null;
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
