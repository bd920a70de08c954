/**
 * Capture: frames from a live device through the kernel's packet sockets, or from pcap and pcapng files and streams.
 *
 * <p>Gives {@link dev.imdsanalyzer.capture.Frame}s to a {@link dev.imdsanalyzer.capture.FrameHandler} on the thread that
 * calls {@link dev.imdsanalyzer.capture.FrameSource#run}; a frame is valid only during the call. Live, the kernel keeps
 * everything back that is not for IMDS. Memory: one fixed buffer for a file, one fixed amount of ring for a device.
 */
package dev.imdsanalyzer.capture;
