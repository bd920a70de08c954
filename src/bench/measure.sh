# Sourced by the benchmarks of `report`, with work, a folder of theirs.

# measure NAME BYTES COMMAND...: one row; what the command prints goes to $work/output.
measure() {
    python3 - "$work" "$@" <<'PYTHON'
import os, sys, time
work, name, size, *command = sys.argv[1:]
start = time.monotonic()
child = os.fork()
if child == 0:
    os.dup2(os.open(work + "/output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    os.execvp(command[0], command)
_, status, usage = os.wait4(child, 0)
elapsed = time.monotonic() - start
cpu = usage.ru_utime + usage.ru_stime
print(f"{name:<26}{int(size) / 1e6:9.0f} MB {elapsed:8.1f} s {cpu:8.1f} s {int(size) / 1e6 / cpu:8.0f} MB/s"
      f" {usage.ru_maxrss / 1024:7.0f} MiB", flush=True)
# report exits with 1 where an instance is not ready.
sys.exit(os.waitstatus_to_exitcode(status) not in (0, 1))
PYTHON
}
