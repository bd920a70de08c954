/**
 * The analyzer's own place on its host: what it may do there, the signals, terminal and service manager it answers to, what it
 * tells of itself and what memory it keeps. Knows no packets and no calls.
 */
package dev.imdsanalyzer.daemon.host;
