package io.sluice.server.trust;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What is kept of a token: its SHA-256. That is enough to know it again and no help in guessing it,
 * because tokens are long and random; a slow digest would protect short ones, and cost every
 * request.
 */
public final class TokenDigest {

    /** Shorter tokens could be guessed. */
    public static final int MIN_TOKEN_LENGTH = 16;

    private final byte[] sha256;

    private TokenDigest(byte[] sha256) {
        this.sha256 = sha256;
    }

    /** The digest of a token. */
    public static TokenDigest of(String token) {
        try {
            return new TokenDigest(
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * A digest that was written down.
     *
     * @throws IllegalArgumentException if these are not 64 hexadecimal digits
     */
    public static TokenDigest ofHex(String hex) {
        byte[] sha256 = HexFormat.of().parseHex(hex);
        if (sha256.length != 32) {
            throw new IllegalArgumentException("a SHA-256 has 64 digits, not " + hex.length());
        }
        return new TokenDigest(sha256);
    }

    /** Hexadecimal digits, lower case. */
    public String hex() {
        return HexFormat.of().formatHex(sha256);
    }

    /** Takes the same time wherever the difference is. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenDigest digest && MessageDigest.isEqual(sha256, digest.sha256);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sha256);
    }

    @Override
    public String toString() {
        return "TokenDigest";
    }
}
