package dev.imdsanalyzer.imds;

/** Takes finished calls, on the capture thread. */
public interface CallHandler {
    void onCall(ImdsCall call);
}
