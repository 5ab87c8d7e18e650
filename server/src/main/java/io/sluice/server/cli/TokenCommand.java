package io.sluice.server.cli;

import io.sluice.server.trust.TokenDigest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.Base64;

/** {@code sluice token}: makes a token that nobody can guess. */
@Command(
        name = "token",
        description = "Makes a token, and the digest by which the configuration knows it.",
        mixinStandardHelpOptions = true)
final class TokenCommand implements Runnable {

    /** 256 bits, so that no number of tries is enough. */
    private static final int RANDOM_BYTES = 32;

    /** Lets scanners recognise a token that was committed by mistake. */
    private static final String PREFIX = "sluice_";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        PrintWriter out = spec.commandLine().getOut();
        out.println("token:  " + token);
        out.println("sha256: " + TokenDigest.of(token).hex());
        out.println();
        out.println(
                "Whoever holds the token sends it as \"Authorization: Bearer …\"; it is not shown");
        out.println("again. The digest goes into the configuration:");
        out.println();
        out.println("tokens:");
        out.println("  - {name: NAME, sha256: " + TokenDigest.of(token).hex() + ", roles: [read]}");
        out.flush();
    }
}
