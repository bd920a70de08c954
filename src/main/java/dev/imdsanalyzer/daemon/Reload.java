package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.calls.CallReview;
import dev.imdsanalyzer.output.EventLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP: takes over what can change while the capture goes on, and says what was changed and what wants a restart. A
 * configuration that cannot be used changes nothing.
 */
final class Reload implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final Set<Setting> LIVE =
            EnumSet.of(Setting.OUTPUT_FOLD_SECONDS, Setting.OUTPUT_SUMMARY_SECONDS, Setting.POLICY_CREDENTIALS_ALLOW);

    private final ConfigurationSource source;
    private final CallReview review;
    private final EventLog log;
    private final Housekeeping housekeeping;
    private final Configuration started;
    private Configuration inForce;

    /** @param source null where there is nothing to read anew */
    Reload(
            ConfigurationSource source,
            Configuration started,
            CallReview review,
            EventLog log,
            Housekeeping housekeeping) {
        this.source = source;
        this.started = started;
        this.inForce = started;
        this.review = review;
        this.log = log;
        this.housekeeping = housekeeping;
    }

    @Override
    public synchronized void run() {
        if (source == null) {
            LOG.warn("nothing to reload: this run has no configuration file");
            return;
        }
        try {
            Configuration after = source.read();
            List<String> taken = changed(LIVE, inForce, after);
            List<String> wantRestart = changed(EnumSet.complementOf(EnumSet.copyOf(LIVE)), started, after);
            takeOver(after);
            inForce = after;
            LOG.info(
                    "configuration reloaded, digest {}: {}{}",
                    after.digest(),
                    taken.isEmpty() ? "nothing changed that can change" : "changed " + String.join(", ", taken),
                    wantRestart.isEmpty() ? "" : "; a restart is needed for " + String.join(", ", wantRestart));
        } catch (ConfigurationException e) {
            LOG.error("the configuration stays as it was: {}", String.join("; ", e.problems()));
        }
    }

    private void takeOver(Configuration after) {
        review.allow(after.allowedCallers());
        housekeeping.summaryEvery(after.integer(Setting.OUTPUT_SUMMARY_SECONDS));
        if (inForce.integer(Setting.OUTPUT_FOLD_SECONDS) != after.integer(Setting.OUTPUT_FOLD_SECONDS)) {
            log.foldNanos(Duration.ofSeconds(after.integer(Setting.OUTPUT_FOLD_SECONDS))
                    .toNanos());
        }
    }

    private static List<String> changed(Set<Setting> settings, Configuration before, Configuration after) {
        List<String> keys = new ArrayList<>();
        for (Setting setting : settings) {
            if (!before.value(setting).equals(after.value(setting))) {
                keys.add(setting.key());
            }
        }
        return keys;
    }
}
