/** What the host runs by the clock, from its files alone, so that a report can say which of it has come up while it was watched. */
package dev.imdsanalyzer.daemon.schedules;
