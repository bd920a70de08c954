package dev.imdsanalyzer;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** A test that needs Linux, and for what. Any other system skips it and says so. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("linux")
@ExtendWith(LinuxOnly.Condition.class)
public @interface LinuxOnly {
    /** What other systems have not. */
    String value();

    /** Goes by the system that it runs on. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (OS.LINUX.isCurrentOs()) {
                return ConditionEvaluationResult.enabled("this is Linux");
            }
            String wanted = AnnotationSupport.findAnnotation(context.getElement(), LinuxOnly.class)
                    .map(LinuxOnly::value)
                    .orElse("");
            return ConditionEvaluationResult.disabled("only Linux has it: " + wanted);
        }
    }
}
