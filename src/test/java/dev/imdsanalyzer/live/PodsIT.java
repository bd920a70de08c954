package dev.imdsanalyzer.live;

/** On control groups of version 1. */
@LiveTest
class PodsIT extends PodTests {
    PodsIT() {
        super(RuntimeHost.Groups.VERSION_1);
    }
}
