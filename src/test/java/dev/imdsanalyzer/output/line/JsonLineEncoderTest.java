package dev.imdsanalyzer.output.line;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.imdsanalyzer.output.EventLog;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** What writing lines as JSON takes. */
class JsonLineEncoderTest {
    /** Has the program's classes and the encoder's library anew, and no mapper of objects. */
    private static final class WithoutMapper extends ClassLoader {
        WithoutMapper() {
            super(JsonLineEncoderTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.equals("tools.jackson.databind.json.JsonMapper")) {
                throw new ClassNotFoundException(name + " is not to be needed");
            }
            if (!name.startsWith("dev.imdsanalyzer.") && !name.startsWith("net.logstash.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    /** Its 400 classes are 3 MiB of the service's memory. */
    @Test
    void needsNothingOfWhatMapsObjects() throws Exception {
        Class<?> log = new WithoutMapper().loadClass(EventLog.class.getName());

        assertThatCode(() -> log.getMethod("warmUp").invoke(null)).doesNotThrowAnyException();
    }
}
