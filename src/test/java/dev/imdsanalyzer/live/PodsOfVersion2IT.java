package dev.imdsanalyzer.live;

/** On control groups of version 2. */
@LiveTest
class PodsOfVersion2IT extends PodTests {
    PodsOfVersion2IT() {
        super(RuntimeHost.Groups.VERSION_2);
    }
}
