package dev.imdsanalyzer.capture;

/**
 * What a source has seen and lost since it was opened.
 *
 * @param received frames that passed the filter
 * @param kernelDrops frames that passed the filter and were lost because the buffer was full
 * @param cut frames of which only the start was kept, because the buffer for long ones was full
 * @param interfaceDrops frames that the interface or its driver lost, with or without regard to the filter
 */
public record CaptureStatistics(long received, long kernelDrops, long cut, long interfaceDrops) {}
