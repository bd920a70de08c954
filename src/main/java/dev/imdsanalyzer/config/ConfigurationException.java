package dev.imdsanalyzer.config;

import java.util.List;

/** A configuration that cannot be used. Each problem is one line that says where it is, what is wrong and what is right. */
public final class ConfigurationException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public ConfigurationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
