package dev.imdsanalyzer.live;

/** On control groups of version 2. */
@LiveTest
class RuntimesOfVersion2IT extends RuntimeTests {
    RuntimesOfVersion2IT() {
        super(RuntimeHost.Groups.VERSION_2);
    }
}
