/**
 * One direction: segments in any order become bytes in order, every byte once; what never comes and what is contradicted is told. Knows
 * its connection only as {@code SeenConnection}.
 */
package dev.imdsanalyzer.tcp.stream;
