package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips live tests for an ordinary user only. */
final class LiveTestCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (isRoot() || "true".equals(System.getenv("CI"))) {
            return ConditionEvaluationResult.enabled("the network namespaces must be there");
        }
        return ConditionEvaluationResult.disabled("live tests need root, for network namespaces and the capture");
    }

    private static boolean isRoot() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
