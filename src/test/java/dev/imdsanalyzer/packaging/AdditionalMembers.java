package dev.imdsanalyzer.packaging;

import java.util.Collection;
import java.util.Map;

/** What Fabric8's types keep of members that they do not know. */
final class AdditionalMembers {
    private AdditionalMembers() {}

    /** Empties it, in the value and in all that hangs on it. */
    static void clear(Object value) {
        if (value instanceof Collection<?> values) {
            values.forEach(AdditionalMembers::clear);
        } else if (value instanceof Map<?, ?> values) {
            values.values().forEach(AdditionalMembers::clear);
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.")) {
            clearMembers(value);
        }
    }

    private static void clearMembers(Object value) {
        try {
            for (var method : value.getClass().getMethods()) {
                boolean getter =
                        method.getParameterCount() == 0 && method.getName().startsWith("get");
                if (getter && method.getName().equals("getAdditionalProperties")) {
                    ((Map<?, ?>) method.invoke(value)).clear();
                } else if (getter && !method.getName().equals("getClass")) {
                    clear(method.invoke(value));
                }
            }
        } catch (ReflectiveOperationException failure) {
            throw new LinkageError(failure.getMessage(), failure);
        }
    }
}
