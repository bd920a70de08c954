package dev.imdsanalyzer.daemon.host;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sends the program's own diagnostics to stderr, one line each, with the priority prefix that journald reads
 * (sd-daemon(3)) where stderr goes to the journal. Never mixed with the events. Logback finds it as a service.
 */
public final class Diagnostics extends ContextAwareBase implements Configurator {
    private static final boolean JOURNAL = System.getenv("JOURNAL_STREAM") != null;

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        StderrAppender appender = new StderrAppender();
        appender.setContext(context);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger("dev.imdsanalyzer").setLevel(Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static final class StderrAppender extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            StringBuilder line = new StringBuilder(120);
            Level level = event.getLevel();
            if (JOURNAL) {
                line.append('<').append(priority(level)).append('>');
            } else {
                line.append("imds-packet-analyzer: ");
                if (level.isGreaterOrEqual(Level.WARN)) {
                    line.append(level == Level.WARN ? "warning: " : "error: ");
                }
            }
            line.append(event.getFormattedMessage().replace('\n', ' '));
            if (event.getThrowableProxy() != null) {
                line.append(": ")
                        .append(event.getThrowableProxy().getClassName())
                        .append(": ");
                line.append(event.getThrowableProxy().getMessage());
            }
            System.err.println(line);
        }

        private static int priority(Level level) {
            return switch (level.toInt()) {
                case Level.ERROR_INT -> 3;
                case Level.WARN_INT -> 4;
                case Level.INFO_INT -> 6;
                default -> 7;
            };
        }
    }
}
