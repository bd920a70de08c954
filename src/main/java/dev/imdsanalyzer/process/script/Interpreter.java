package dev.imdsanalyzer.process.script;

import java.util.regex.Pattern;

/**
 * Programs that run other programs, and their options as far as they take a value: python(1), node(1), ruby(1), perlrun,
 * bash(1), java(1), php(1), dotnet(1), deno run --help, bun --help, R --help, Rscript(1), about_Pwsh, lua(1), julia(1), tclsh(1), expect(1).
 */
public enum Interpreter {
    PYTHON("(python|pypy)[0-9.]*", "c", "m", "WXQ", "", "--check-hash-based-pycs", ""),
    NODE(
            "node|nodejs",
            "ep",
            "",
            "rC",
            "",
            "--require --import --loader --experimental-loader --conditions --inspect-port",
            "--eval --print --run"),
    RUBY("ruby[0-9.]*", "e", "", "IrCE", "KTFix", "--encoding --external-encoding --internal-encoding", ""),
    PERL("perl[0-9.]*", "eE", "", "I", "MmdDFix", "", ""),
    SHELL("bash|sh|dash|ash|ksh[0-9]*|mksh|zsh", "cs", "", "oO", "", "--rcfile --init-file", ""),
    DOTNET(
            "dotnet",
            "",
            "",
            "",
            "",
            "--fx-version --additionalprobingpath --additional-deps --runtimeconfig --depsfile --roll-forward",
            ""),
    PHP("php(-cgi)?[0-9.]*", "rBREFS", "", "cdzt", "", "--php-ini --define --docroot", "--run"),
    DENO("deno", "", "", "cL", "", "--config --import-map --cert --location --seed --log-level --env-file", ""),
    BUN("bun", "ep", "", "rc", "", "--preload --cwd --config --env-file", "--eval --print"),
    R("R|Rscript", "e", "", "gd", "", "--gui --debugger", "--args"),
    /** Its options are words, which {@link ScriptArguments} knows. */
    POWERSHELL("pwsh|powershell", "", "", "", "", "", ""),
    LUA("lua[0-9.]*|luajit", "e", "", "l", "", "", ""),
    JULIA("julia", "eE", "", "LCJHpt", "", "--load --threads --procs --cpu-target --sysimage", "--eval --print"),
    TCL("tclsh[0-9.]*|expect", "", "", "cb", "", "", ""),
    JAVA(
            "java",
            "",
            "",
            "",
            "",
            "-cp -classpath --class-path -p --module-path --upgrade-module-path --add-modules --limit-modules --add-reads --add-exports --add-opens --patch-module --enable-native-access --source",
            "");

    private static final Interpreter[] ALL = values();
    /** Of all names; most programs have another one. */
    private static final String FIRST_LETTERS = "pnrbsdakmzjlteR";

    private final Pattern program;
    /** Letters whose value is the program itself, or that say it comes from the standard input. */
    final String code;
    /** Letters whose value is a module. */
    final String module;
    /** Letters that take a value, behind them or as the next argument. */
    final String valued;
    /** Letters whose value, if any, stands behind them. */
    final String attached;
    /** Long options that take the next argument, unless they have an equals sign; with blanks between. */
    private final String valuedOptions;
    /** Long options that mean that there is no script. */
    private final String codeOptions;

    Interpreter(
            String program,
            String code,
            String module,
            String valued,
            String attached,
            String valuedOptions,
            String codeOptions) {
        this.program = Pattern.compile(program);
        this.code = code;
        this.module = module;
        this.valued = valued;
        this.attached = attached;
        this.valuedOptions = valuedOptions;
        this.codeOptions = codeOptions;
    }

    /** Whether the long option takes the next argument. */
    boolean takesValue(String option) {
        return isListed(option, valuedOptions);
    }

    /** Whether the long option means that there is no script. */
    boolean takesCode(String option) {
        return isListed(option, codeOptions);
    }

    private static boolean isListed(String option, String options) {
        return (" " + options + " ").contains(" " + option + " ");
    }

    /** The interpreter with that file name; null for other programs. */
    public static Interpreter of(String program) {
        if (program.isEmpty() || FIRST_LETTERS.indexOf(program.charAt(0)) < 0) {
            return null;
        }
        for (Interpreter interpreter : ALL) {
            if (interpreter.program.matcher(program).matches()) {
                return interpreter;
            }
        }
        return null;
    }
}
