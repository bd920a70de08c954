package dev.imdsanalyzer.process.packages;

/**
 * The package that owns a file.
 *
 * @param version as the packager has it, revision included, epoch only where there is one
 * @param type deb or rpm
 */
record OwningPackage(String name, String version, String type) {}
