/** Wiring and life cycle: the stages, their threads, start and stop. */
package dev.imdsanalyzer.daemon;
