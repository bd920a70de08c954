/** Every native call and kernel struct: libc, netlink, perf, bpf. The only importer of JNA. */
package dev.imdsanalyzer.kernel;
