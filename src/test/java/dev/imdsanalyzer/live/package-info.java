/**
 * Live tests and the demo: real clients and an emulated IMDS in private network namespaces, and the analyzer beside them.
 *
 * <p>{@link dev.imdsanalyzer.live.Topology} makes the namespaces, {@link dev.imdsanalyzer.live.ImdsEmulator} answers in
 * them and records the truth, {@link dev.imdsanalyzer.live.Analyzer} is the program under test. No packet for IMDS
 * leaves these namespaces: on an EC2 instance something real answers at that address. Nothing is named in the file
 * system and every helper ends with the process that started it, so nothing is left even after a kill -9.
 */
package dev.imdsanalyzer.live;
