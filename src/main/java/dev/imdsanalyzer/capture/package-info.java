/** Capture: frames from a live device through libpcap, or from pcap and pcapng files. The only importer of pcap4j. */
package dev.imdsanalyzer.capture;
