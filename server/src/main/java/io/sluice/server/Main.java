package io.sluice.server;

import io.sluice.server.cli.SluiceCommand;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.logging.LogManager;

/** The {@code sluice} command. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        spareLibrariesTheirQuestions();
        configureLogging();
        System.exit(SluiceCommand.execute(arguments));
    }

    /** What they would print, or find out slowly, before they do anything for us. */
    private static void spareLibrariesTheirQuestions() {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
        // How Jetty spaces its queues' fields: 64 bytes of compressed references. It would start
        // the whole of JMX to find that out, which is a tenth of a server's start.
        System.setProperty("org.eclipse.jetty.util.referencesPerCacheLine", "16");
    }

    /** Ours, unless the user names a configuration of their own. */
    private static void configureLogging() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        try (InputStream settings =
                Objects.requireNonNull(Main.class.getResourceAsStream("logging.properties"))) {
            LogManager.getLogManager().readConfiguration(settings);
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of our own cannot be read", e);
        }
    }
}
