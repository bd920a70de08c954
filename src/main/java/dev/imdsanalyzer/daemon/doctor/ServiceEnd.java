package dev.imdsanalyzer.daemon.doctor;

/**
 * How the service's program came to its last end, and what to do about it.
 *
 * @param how a clause
 * @param mend a clause
 */
record ServiceEnd(String how, String mend) {
    private static final String JOURNAL =
            "systemctl status " + SystemdService.NAME + " and journalctl -u " + SystemdService.NAME + " tell more";

    /** CLD_EXITED of waitid(2), as in ExecMainCode; killed by a signal is 2, with a core dump 3. */
    private static final int EXITED = 1;

    /** By its Result, systemd.service(5), and its exit status, sysexits.h and systemd.exec(5). */
    static ServiceEnd of(SystemdService service) {
        String result = service.property("Result");
        int status = service.number("ExecMainStatus");
        return switch (result) {
            case "watchdog" -> told("watchdog, it did not tell systemd in time that it still works", null);
            case "timeout" -> told("timeout, it was not ready or did not stop in the time that the unit gives", null);
            case "oom-kill" -> told("oom-kill, it took more memory than there was", "see MEMORY in the man page");
            case "exit-code" -> exited(status);
            case "signal" -> told("signal " + status, null);
            default -> told(result + (service.number("ExecMainCode") > EXITED ? ", signal " + status : ""), null);
        };
    }

    private static ServiceEnd exited(int status) {
        String code = "exit status " + status;
        return switch (status) {
            case 3 -> told(code + ", out of memory", "raise IMDS_ANALYZER_HEAP, see MEMORY in the man page");
            case 64 -> told(code + ", wrong usage", "correct ExecStart= in the drop-ins of the unit");
            case 69 ->
                told(code + ", the device or Java is unavailable", "mend what the check capture says, if anything");
            case 70 -> told(code + ", a fault in the program", "report it with what the journal has of it");
            case 73 ->
                told(
                        code + ", the place for the lines cannot be written to",
                        "mend what the check output says, if anything");
            case 77 ->
                told(
                        code + ", a permission is missing",
                        "leave the unit the capabilities and system calls that it is packaged with");
            case 78 ->
                told(
                        code + ", bad configuration",
                        "correct what imds-packet-analyzer check-config /etc/imds-packet-analyzer/config.yaml says");
            case 203 -> told(code + ", the program cannot be executed", "install the package again");
            case 217 -> told(code + ", there is no such user", "correct User= in the drop-ins of the unit");
            case 226 -> told(code + ", its sandbox cannot be set up", "make the folders that ReadWritePaths= names");
            default -> told(code, null);
        };
    }

    private static ServiceEnd told(String how, String mend) {
        return new ServiceEnd(how, mend == null ? JOURNAL : mend + "; " + JOURNAL);
    }
}
