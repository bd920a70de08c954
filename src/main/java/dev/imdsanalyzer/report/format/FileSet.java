package dev.imdsanalyzer.report.format;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Several files, put into a folder or printed one after another under their names as head(1) does. */
public final class FileSet {
    private FileSet() {}

    /**
     * Files of these names are written anew; others in the folder stay.
     *
     * @param files contents by path below the folder, in order; the paths are ours, none comes from a log
     * @param folder made where it is missing; null to print
     * @return whether all could be written; where not, a line on {@code err} says why
     */
    public static boolean write(Map<String, String> files, Path folder, PrintStream out, PrintStream err) {
        if (folder == null) {
            files.forEach((name, text) -> out.print("==> " + name + " <==\n" + text + "\n"));
            return true;
        }
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path target = folder.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.writeString(target, file.getValue(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            err.println("imds-packet-analyzer: cannot write into the folder " + folder + ": " + reason(e));
            return false;
        }
        err.println("imds-packet-analyzer: " + files.size() + " files in " + folder + ", to be read from README.md on");
        return true;
    }

    private static String reason(IOException e) {
        if (e instanceof FileAlreadyExistsException) {
            return "there is a file of that name";
        }
        return e instanceof AccessDeniedException ? "no permission" : e.getMessage();
    }
}
