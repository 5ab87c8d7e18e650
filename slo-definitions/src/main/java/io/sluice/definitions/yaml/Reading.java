package io.sluice.definitions.yaml;

import java.util.List;

/**
 * One file's, or one object's, way through the readers: takes problems down and remembers whether
 * there was an error, so that readers may go on with what they have, find everything else that is
 * wrong, and leave the decision to the end. Used by one thread.
 */
public final class Reading {
    private final String file;
    private final List<Problem> problems;
    private boolean failed;

    /**
     * @param file as problems show it
     * @param problems where they are collected
     */
    public Reading(String file, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    /** A reading of one object of the same file. */
    public Reading ofObject() {
        return new Reading(file, problems);
    }

    public String file() {
        return file;
    }

    public void error(Position at, String path, String message, String expected) {
        failed = true;
        add(Problem.Severity.ERROR, at, path, message, expected);
    }

    public void warn(Position at, String path, String message, String expected) {
        add(Problem.Severity.WARNING, at, path, message, expected);
    }

    public void note(Position at, String path, String message, String expected) {
        add(Problem.Severity.NOTE, at, path, message, expected);
    }

    /** What is read cannot be used for a reason that is reported elsewhere. */
    public void fail() {
        failed = true;
    }

    public boolean failed() {
        return failed;
    }

    private void add(
            Problem.Severity severity, Position at, String path, String message, String expected) {
        problems.add(new Problem(severity, file, at.line(), at.column(), path, message, expected));
    }
}
