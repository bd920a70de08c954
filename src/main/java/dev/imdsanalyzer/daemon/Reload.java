package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.output.EventLog;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP: takes over what can change while the capture goes on, and says what wants a restart. */
final class Reload implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final Set<Setting> LIVE =
            EnumSet.of(Setting.OUTPUT_FOLD_SECONDS, Setting.OUTPUT_SUMMARY_SECONDS, Setting.POLICY_CREDENTIALS_ALLOW);

    private final Path file;
    private final Configuration before;
    private final CallReview review;
    private final EventLog log;
    private final Housekeeping housekeeping;

    Reload(Path file, Configuration before, CallReview review, EventLog log, Housekeeping housekeeping) {
        this.file = file;
        this.before = before;
        this.review = review;
        this.log = log;
        this.housekeeping = housekeeping;
    }

    @Override
    public void run() {
        if (file == null) {
            LOG.warn("nothing to reload: this run has no configuration file");
            return;
        }
        try {
            Configuration after = new ConfigurationReader()
                    .file(file)
                    .environment(System.getenv())
                    .read();
            review.allow(after.list(Setting.POLICY_CREDENTIALS_ALLOW));
            housekeeping.summaryEvery(after.integer(Setting.OUTPUT_SUMMARY_SECONDS));
            log.foldNanos(Duration.ofSeconds(after.integer(Setting.OUTPUT_FOLD_SECONDS))
                    .toNanos());
            List<String> wantRestart = changed(after);
            LOG.info(
                    "configuration reloaded from {}{}",
                    file,
                    wantRestart.isEmpty() ? "" : "; a restart is needed for " + String.join(", ", wantRestart));
        } catch (ConfigurationException e) {
            LOG.error("the configuration stays as it was: {}", e.problems().get(0));
        }
    }

    private List<String> changed(Configuration after) {
        List<String> keys = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            if (!LIVE.contains(setting) && !before.value(setting).equals(after.value(setting))) {
                keys.add(setting.key());
            }
        }
        return keys;
    }
}
