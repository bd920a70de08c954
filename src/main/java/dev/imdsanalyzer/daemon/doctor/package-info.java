/**
 * {@code doctor}: what this host gives and lacks, what each lack costs, and how to mend it. Reads files, asks
 * systemctl for the service, and opens what {@code run} would open; sends nothing, but for the one token request of {@link dev.imdsanalyzer.daemon.doctor.LiveTrial}.
 */
package dev.imdsanalyzer.daemon.doctor;
