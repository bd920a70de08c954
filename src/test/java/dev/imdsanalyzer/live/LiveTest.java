package dev.imdsanalyzer.live;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs root and network namespaces. An ordinary user's run skips it and says why; as root, or where CI is
 * true, what it lacks makes it fail.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("live")
@ExtendWith(LiveTestCondition.class)
public @interface LiveTest {}
