package dev.imdsanalyzer.live;

/** On control groups of version 1. */
@LiveTest
class RuntimesIT extends RuntimeTests {
    RuntimesIT() {
        super(RuntimeHost.Groups.VERSION_1);
    }
}
