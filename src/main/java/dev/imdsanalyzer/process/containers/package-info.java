/**
 * What containers, pods and tasks are called: from the files that their runtimes keep on the host. No runtime is asked,
 * nothing is executed, and of a file only the members that are known by name become text.
 */
package dev.imdsanalyzer.process.containers;
