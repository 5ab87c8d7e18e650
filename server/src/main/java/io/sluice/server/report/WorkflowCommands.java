package io.sluice.server.report;

import io.sluice.definitions.yaml.Problem;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells problems to a GitHub workflow, which shows each beside its line of the change: {@code
 * ::error file=…,line=…,col=…::…}, escaped as GitHub's own toolkit does it.
 */
public final class WorkflowCommands {
    private WorkflowCommands() {}

    /**
     * Prints every problem as one command.
     *
     * @param here annotations name files relative to this folder, the repository's in a workflow
     */
    public static void print(List<Problem> problems, Path here, PrintWriter out) {
        for (Problem problem : problems) {
            String message =
                    problem.message()
                            + (problem.expected().isEmpty()
                                    ? ""
                                    : "; expected " + problem.expected());
            out.println(
                    "::%s file=%s,line=%d,col=%d::%s"
                            .formatted(
                                    command(problem.severity()),
                                    property(relative(problem.file(), here)),
                                    problem.line(),
                                    problem.column(),
                                    data(message)));
        }
    }

    private static String command(Problem.Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTE -> "notice";
        };
    }

    private static String relative(String file, Path here) {
        Path path = here.resolve(file).normalize();
        return path.startsWith(here) ? here.relativize(path).toString() : file;
    }

    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
