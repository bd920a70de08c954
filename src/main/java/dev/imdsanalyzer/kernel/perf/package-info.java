/**
 * The kernel's event machinery from user space: perf_event_open(2), the rings that it fills, tracepoint descriptions in
 * tracefs, and the few system calls that this takes. Little-endian 64-bit machines (x86-64, arm64) only.
 */
@NullMarked
package dev.imdsanalyzer.kernel.perf;

import org.jspecify.annotations.NullMarked;
