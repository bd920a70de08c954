package dev.imdsanalyzer.daemon.host;

import java.lang.reflect.Proxy;

/**
 * Signals as callbacks. The JDK's own shutdown hooks cannot choose the exit code, and end the process on SIGHUP.
 *
 * <p>{@code sun.misc.Signal} (module jdk.unsupported) is the JDK's only way; it is reached by reflection because the
 * compiler warns of its mere name and cannot be told not to.
 */
public final class Signals {
    private Signals() {}

    /**
     * Calls back on a thread of its own for each signal.
     *
     * @param name without SIG: TERM, INT, HUP
     */
    public static void on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object callback = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            Object named = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, named, callback);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java has no sun.misc.Signal", e);
        }
    }
}
