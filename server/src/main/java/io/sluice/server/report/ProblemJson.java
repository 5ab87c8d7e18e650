package io.sluice.server.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

import io.sluice.definitions.yaml.Problem;

import java.util.List;
import java.util.Locale;

/**
 * A problem as programs read it. Members are only ever added.
 *
 * @param severity {@code error}, {@code warning} or {@code note}
 * @param file as it was given
 * @param line from 1
 * @param column from 1, in Unicode code points
 * @param path where it is in the document, for example {@code spec.objectives[0].target}
 * @param message what is wrong
 * @param expected what was expected; empty where the message says it all
 */
@JsonPropertyOrder({"severity", "file", "line", "column", "path", "message", "expected"})
public record ProblemJson(
        String severity,
        String file,
        int line,
        int column,
        String path,
        String message,
        String expected) {

    /** Views of these problems, in their order. */
    public static List<ProblemJson> of(List<Problem> problems) {
        return problems.stream()
                .map(
                        p ->
                                new ProblemJson(
                                        p.severity().name().toLowerCase(Locale.ROOT),
                                        p.file(),
                                        p.line(),
                                        p.column(),
                                        p.path(),
                                        p.message(),
                                        p.expected()))
                .toList();
    }
}
