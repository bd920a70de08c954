package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ServiceLimits;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.calls.AnsweringNow;
import dev.imdsanalyzer.daemon.calls.AttributionSources;
import dev.imdsanalyzer.daemon.calls.CallJoiner;
import dev.imdsanalyzer.daemon.calls.CallReview;
import dev.imdsanalyzer.daemon.calls.ConnectionWatch;
import dev.imdsanalyzer.daemon.calls.HeldRefusals;
import dev.imdsanalyzer.daemon.calls.Pipeline;
import dev.imdsanalyzer.daemon.calls.RelayedCalls;
import dev.imdsanalyzer.daemon.host.FatalErrors;
import dev.imdsanalyzer.daemon.host.ImdsRoute;
import dev.imdsanalyzer.daemon.host.KernelRelease;
import dev.imdsanalyzer.daemon.host.Privileges;
import dev.imdsanalyzer.daemon.host.ServiceNotices;
import dev.imdsanalyzer.daemon.host.Signals;
import dev.imdsanalyzer.daemon.host.Unprivileged;
import dev.imdsanalyzer.daemon.schedules.ScheduleWatch;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.caller.LocalAnswer;
import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.kernel.HostRoot;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.output.EventLog;
import dev.imdsanalyzer.output.EventLogSettings;
import dev.imdsanalyzer.output.file.DestinationException;
import dev.imdsanalyzer.output.line.CloudFacts;
import dev.imdsanalyzer.output.line.HostFacts;
import dev.imdsanalyzer.output.line.RunFacts;
import dev.imdsanalyzer.process.Attribution;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Behind;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.connect.ConnectSource;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code run}: the live capture with everything around it.
 *
 * <p>Threads: the calling one captures and runs the stages up to the call; one looks connections up; one joins calls with
 * their callers; one writes lines; one does the housekeeping once a second.
 */
public final class LiveAnalyzer {
    private static final Logger LOG = LoggerFactory.getLogger(LiveAnalyzer.class);

    /**
     * What is to be run.
     *
     * @param source read again on SIGHUP; null if there is no file
     * @param readyFile created once capture and attribution are attached; null for none
     * @param durationSeconds 0 is without end
     * @param count stop after so many calls; 0 is without end
     * @param failOnV1 whether the exit code is to be 1 where a call was IMDSv1, lost or unknown
     * @param command to be run and watched; empty for none
     */
    public record Request(
            Configuration configuration,
            ConfigurationSource source,
            String version,
            Path readyFile,
            long durationSeconds,
            long count,
            boolean failOnV1,
            List<String> command) {
        /** Whether it ends by itself. */
        boolean hasEnd() {
            return durationSeconds > 0 || count > 0 || !command.isEmpty();
        }
    }

    private static final int GATE_SHUT = 1;
    /** As a shell has it, to which the signal's number is added. */
    private static final int KILLED = 128;

    private static final String EVERY_DEVICE = "any";

    /** Who answers is looked up before he can have asked IMDS. */
    private static final long ANSWERING_WAIT_NANOS = Duration.ofMillis(20).toNanos();

    private static final long STUCK_OUTPUT_NANOS = Duration.ofSeconds(10).toNanos();

    private final Request request;
    private final Configuration configuration;
    private final Counters counters = new Counters();
    private final HostFacts host;
    private final ImdsSettings imdsSettings;
    private final CallReview review;
    private final AtomicLong calls = new AtomicLong();
    /** When the capture was over, ns since the epoch: whatever came before has been gone through at the end; 0 until then. */
    private final AtomicLong endNanos = new AtomicLong();

    private final VersionGate gate = new VersionGate(counters);
    private final AnsweringNow answering = new AnsweringNow();
    private final ServiceNotices notices = ServiceNotices.connect(System.getenv());
    private final Object commandLock = new Object();
    private WatchedCommand command;
    private volatile CaptureLoop capture;
    private volatile String stopReason = "the capture ended";
    private volatile int exitCode;
    private volatile boolean readerGone;

    public LiveAnalyzer(Request request) {
        this.request = request;
        this.configuration = request.configuration();
        this.host = HostFacts.read()
                .in(new CloudFacts(
                        configuration.text(Setting.CLOUD_ACCOUNT_ID),
                        configuration.text(Setting.CLOUD_REGION),
                        configuration.text(Setting.CLOUD_AVAILABILITY_ZONE)));
        this.imdsSettings = new ImdsSettings(host.instanceId(), host.cloud().region());
        this.review = new CallReview(imdsSettings, configuration.allowedCallers());
    }

    /**
     * Captures until a signal, the command's end, the duration or the count.
     *
     * @return the exit code: 0, the command's, or 1 where the gate is shut
     */
    public int run() throws CaptureException, OutputException, InterruptedException {
        FatalErrors.install();
        // The device first: what comes while the rest attaches waits in the kernel's buffer.
        try (CaptureLoop loop = CaptureLoop.open(configuration, counters, notices.isService());
                AttributionSources sources = AttributionSources.open(
                        configuration,
                        counters,
                        Privileges.own(),
                        KernelRelease.parse(host.kernel() == null ? "" : host.kernel()));
                EventLog log = openLog()) {
            if (sources.lack() != null) {
                LOG.warn("{}", sources.lack());
            }
            ServiceLimits.warnings(configuration).forEach(LOG::warn);
            capture = loop;
            Signals.on("TERM", () -> stopBySignal("SIGTERM", 15));
            Signals.on("INT", () -> stopBySignal("SIGINT", 2));
            watch(log, sources);
        } catch (DestinationException e) {
            throw new OutputException(e.getMessage(), e);
        } catch (KernelException e) {
            throw new CaptureException(CaptureException.Kind.UNAVAILABLE, "/proc cannot be read: " + e.getMessage(), e);
        } finally {
            notices.close();
            counters.faults().tell(fault -> LOG.error("survived {}", fault));
        }
        if (readerGone) {
            throw new OutputException("standard output was closed: nobody reads the lines any more", null);
        }
        boolean shut = request.failOnV1() && !gate.tell(LOG::error);
        return exitCode == 0 && shut ? GATE_SHUT : exitCode;
    }

    /** The program that reports connects is attached: nobody loads another one, this thread or those it starts. */
    private EventLog openLog() throws DestinationException, OutputException, InterruptedException {
        String refusal = Capabilities.keepAtMost(
                Capability.CAP_NET_RAW, Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_PTRACE);
        if (refusal != null) {
            LOG.warn("capabilities that are not needed any more could not be given up: {}", refusal);
        }
        EventLogSettings settings = OutputDestinations.settings(configuration, request.version(), false);
        try {
            // What it writes are strangers' words: none of its threads has anything that they could abuse.
            return Unprivileged.call(() -> EventLog.open(settings, host, counters));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DestinationException destination) {
                throw destination;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void watch(EventLog log, AttributionSources sources) throws OutputException, InterruptedException {
        log.started(new RunFacts(
                configuration.text(Setting.CAPTURE_INTERFACE),
                sources.names(),
                sources.lack(),
                configuration.digest(),
                ImdsRoute.exists(Path.of("/proc")),
                commandName()));
        // The kernel tells of a connect by itself; only the look-up by socket begins with a frame.
        capture.mayDelay(sources.names().contains("connect"));
        // What others call meanwhile is not in the log: a quiet one of this kind proves nothing.
        Coverage coverage = new Coverage(Clocks.SYSTEM, request.command().isEmpty());
        HeldRefusals refusals = new HeldRefusals(
                Duration.ofSeconds(configuration.integer(Setting.LIMITS_RESPONSE_SECONDS))
                        .toNanos(),
                (call, caller) -> {
                    passGate(call, caller);
                    log.write(call, caller);
                });
        RelayedCalls relayed = new RelayedCalls(
                relays(sources.attributor()), (call, caller, link) -> write(refusals, call, caller, link));
        ScheduleWatch schedules = new ScheduleWatch(HostRoot.resolve("/"), counters);
        try (schedules;
                CallJoiner joiner = joiner(log, refusals, relayed);
                Housekeeping housekeeping = new Housekeeping(
                        configuration,
                        capture,
                        log,
                        coverage,
                        counters,
                        notices,
                        outputWatch(log),
                        host,
                        sources::lostConnects,
                        sources::unseen,
                        schedules::take)) {
            Signals.on("HUP", new Reload(request.source(), configuration, review, log, housekeeping));
            Pipeline pipeline = pipeline(log, sources.attributor(), joiner, housekeeping);
            housekeeping.start(request.durationSeconds(), () -> stopBeforeCommand("the duration is over"));
            // One command's calls are no watch of the host.
            if (request.command().isEmpty()) {
                schedules.start();
            }
            sources.awaitRehearsal();
            ready(sources);
            // A device that went away is opened again, by this thread.
            Capabilities.keepAtMost(Capability.CAP_NET_RAW);
            capture.run(pipeline, log, coverage, notices);
            endNanos.compareAndSet(0, Clocks.SYSTEM.wallNanos());
            pipeline.close();
        } finally {
            endCommand();
        }
        relayed.close();
        refusals.end();
        log.endFolding();
        sources.noteUnseenAtEnd(endNanos.get());
        Housekeeping.tellUnseen(sources.unseen(), log);
        log.summary(coverage.take(0), schedules.take());
        if (coverage.unwatchedSeconds() > 0) {
            gate.unwatched(
                    String.format(Locale.ROOT, "%.1f s could not be watched wholly", coverage.unwatchedSeconds()));
        }
        log.stopped(stopReason);
        log.callers();
    }

    private RelayedCalls.Relays relays(Attributor attributor) {
        return new RelayedCalls.Relays() {
            @Override
            public boolean mayAnswer(ImdsCall call, Caller caller) {
                return answering.mayAnswer(caller, call.fourTuple(), ANSWERING_WAIT_NANOS);
            }

            @Override
            public CompletableFuture<Behind> behind(ImdsCall call, Caller caller) {
                return attributor.behind(call.fourTuple(), caller, call.timestampNanos());
            }
        };
    }

    /** Null if no command is watched. Its arguments may hold secrets. */
    private String commandName() {
        if (request.command().isEmpty()) {
            return null;
        }
        Path name = Path.of(request.command().get(0)).getFileName();
        return name == null ? "/" : name.toString();
    }

    private OutputWatch outputWatch(EventLog log) {
        String destination = configuration.text(Setting.OUTPUT_DESTINATION);
        // A device that does not answer is told like one that refuses; a pipe may be read slowly.
        Supplier<String> failure = destination.equals("-") ? log::failure : () -> failureOrStandstill(log);
        return new OutputWatch(destination, failure, () -> counters.get(Counter.LINES_DROPPED), this::endWithoutReader);
    }

    private static String failureOrStandstill(EventLog log) {
        String failure = log.failure();
        boolean stuck = failure == null && log.stuckNanos() > STUCK_OUTPUT_NANOS;
        return stuck ? "it does not answer" : failure;
    }

    /** A command that is watched is somebody's work: it goes on to its own end. */
    private void endWithoutReader() {
        if (request.command().isEmpty()) {
            readerGone = true;
            stop("standard output was closed");
        }
    }

    private CallJoiner joiner(EventLog log, HeldRefusals refusals, RelayedCalls relayed) {
        CallJoiner joiner = new CallJoiner(
                relayed::add,
                () -> log.lost(1),
                configuration.integer(Setting.OUTPUT_QUEUE),
                Duration.ofMillis(configuration.number(Setting.ATTRIBUTION_WAIT_MILLISECONDS)),
                counters);
        joiner.whenIdle(
                () -> {
                    relayed.expire(Clocks.SYSTEM.wallNanos());
                    refusals.expire(Clocks.SYSTEM.wallNanos());
                },
                () -> relayed.isEmpty() && refusals.isEmpty());
        return joiner;
    }

    private Pipeline pipeline(EventLog log, Attributor attributor, CallJoiner joiner, Housekeeping housekeeping) {
        ConnectionWatch[] watch = new ConnectionWatch[1];
        boolean everyDevice = configuration.text(Setting.CAPTURE_INTERFACE).equals(EVERY_DEVICE);
        return new Pipeline(
                configuration,
                imdsSettings,
                next -> {
                    watch[0] = new ConnectionWatch(next, attributor, answering, everyDevice);
                    housekeeping.follow(watch[0]);
                    return watch[0];
                },
                call -> {
                    Attribution process = watch[0].answeringOf(call.connectionId());
                    ImdsCall told = process == null ? call : LocalAnswer.mark(call);
                    joiner.add(told, watch[0].attributionOf(call.connectionId()), process);
                },
                counters,
                log.peaks());
    }

    /** On the joiner's thread. */
    private void write(HeldRefusals refusals, ImdsCall call, Caller caller, Behind.Certainty link) {
        CommandDescent.Answer made = made(caller);
        if (made != CommandDescent.Answer.OWN) {
            if (made == CommandDescent.Answer.UNKNOWN) {
                gate.addDoubtful(call, caller);
            }
            return;
        }
        long number = calls.incrementAndGet();
        if (request.count() > 0 && number > request.count()) {
            passGate(review.review(call, caller), caller);
            return;
        }
        refusals.add(CallReview.callerKey(call, caller), review.review(call, caller, link), caller);
        if (number == request.count()) {
            stopBeforeCommand("the count is reached");
        }
    }

    private void passGate(ImdsCall call, Caller caller) {
        if (request.failOnV1()) {
            gate.add(call, caller);
        }
    }

    /** Without a command to be watched all are its own. */
    private CommandDescent.Answer made(Caller caller) {
        if (request.command().isEmpty()) {
            return CommandDescent.Answer.OWN;
        }
        synchronized (commandLock) {
            return command == null ? CommandDescent.Answer.OTHERS : command.made(caller);
        }
    }

    /** Says that every call from now on will be seen, and starts the command that is to be watched. */
    private void ready(AttributionSources sources) throws OutputException {
        if (request.readyFile() != null) {
            try {
                Files.writeString(request.readyFile(), ProcessHandle.current().pid() + "\n");
            } catch (IOException e) {
                String reason = e instanceof NoSuchFileException ? "there is no such folder" : e.getMessage();
                throw new OutputException("cannot create the ready file " + request.readyFile() + ": " + reason, e);
            }
        }
        notices.tell("READY=1");
        gate.begin(Clocks.SYSTEM.wallNanos());
        if (!request.command().isEmpty()) {
            synchronized (commandLock) {
                sources.onUnseen(caller -> {
                    if (made(caller) == CommandDescent.Answer.OTHERS) {
                        gate.addOthersUnseen();
                    }
                });
                command = new WatchedCommand(request.command(), ConnectSource.inInitialPidNamespace());
            }
            command.onExit(code -> {
                // Not where we have ended it.
                if (endNanos.get() == 0) {
                    exitCode = code;
                    stop("the command ended");
                }
            });
        }
    }

    private void stopBySignal(String name, int number) {
        if (request.hasEnd()) {
            gate.unwatched(name + " came before the end that was asked for");
        }
        if (!request.command().isEmpty() && endNanos.get() == 0) {
            exitCode = KILLED + number;
        }
        stop(name);
    }

    /** A command is ended with the capture: what it would have called nobody knows. */
    private void stopBeforeCommand(String reason) {
        if (!request.command().isEmpty() && endNanos.get() == 0) {
            gate.unwatched(reason + " before the command's end");
        }
        stop(reason);
    }

    private void endCommand() {
        synchronized (commandLock) {
            if (command != null) {
                command.stop();
            }
        }
    }

    /**
     * Ends {@link #run}; any thread, once the ready file is there.
     *
     * @param reason as the last line tells it
     */
    public void stop(String reason) {
        endNanos.compareAndSet(0, Clocks.SYSTEM.wallNanos());
        stopReason = reason;
        capture.stop();
        notices.tell("STOPPING=1");
    }
}
