package io.sluice.dashboard.http;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/**
 * An answer to a reader, to be written any number of times. It may be kept by whoever got it, and
 * is asked about again each time: with the tag that came with it, 304 says that nothing is new (RFC
 * 9110, 13). The tag is weak, since what {@link Moment} marks may differ. Thread-safe.
 */
public final class Answered {
    /** Below this, a compressed answer is hardly shorter. */
    private static final int MIN_BYTES_TO_COMPRESS = 1_024;

    /** 64 bits of SHA-256 are enough to tell two states of one thing apart. */
    private static final int TAG_BYTES = 8;

    private final String contentType;
    private final Supplier<byte[]> plain;
    private final boolean isWorthCompressing;
    private @Nullable String tag;
    private byte @Nullable [] gzip;

    private Answered(
            String contentType,
            Supplier<byte[]> plain,
            boolean isWorthCompressing,
            @Nullable String tag) {
        this.contentType = contentType;
        this.plain = plain;
        this.isWorthCompressing = isWorthCompressing;
        this.tag = tag;
    }

    /** A view as JSON. */
    public static Answered json(Object view) {
        return of("application/json", Json.bytes(view), tag(Json.lasting(view)));
    }

    /** A text that is what it is. */
    public static Answered of(String contentType, byte[] bytes) {
        return of(contentType, bytes, null);
    }

    private static Answered of(String contentType, byte[] bytes, @Nullable String tag) {
        return new Answered(contentType, () -> bytes, bytes.length >= MIN_BYTES_TO_COMPRESS, tag);
    }

    /**
     * A text of which only the compressed form is kept, once somebody has asked for it.
     *
     * @param maker makes it, always the same, for each reader who wants it as it is
     */
    public static Answered large(String contentType, Supplier<byte[]> maker) {
        return new Answered(contentType, maker, true, null);
    }

    private static String tag(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "W/\"" + HexFormat.of().formatHex(digest, 0, TAG_BYTES) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Answers 304 to whoever has it, and 200 to all others. */
    public void write(Context ctx) {
        String tag = tag();
        ctx.header("ETag", tag);
        ctx.header("Cache-Control", "private, no-cache");
        if (isHeld(ctx.header("If-None-Match"), tag)) {
            ctx.status(HttpStatus.NOT_MODIFIED);
        } else {
            writeWhole(ctx);
        }
    }

    /** Answers 200, with nothing that lets it be kept. */
    public void writeOnce(Context ctx) {
        writeWhole(ctx);
    }

    /** Compressed once, however many readers there are. */
    private void writeWhole(Context ctx) {
        ctx.status(HttpStatus.OK).contentType(contentType);
        if (isWorthCompressing && takesGzip(ctx.header("Accept-Encoding"))) {
            ctx.header("Content-Encoding", "gzip");
            ctx.result(gzip());
        } else {
            ctx.result(plain.get());
        }
    }

    /** Most answers are written once, and none of them needs it. */
    private synchronized String tag() {
        String made = tag;
        if (made == null) {
            made = tag(plain.get());
            tag = made;
        }
        return made;
    }

    private static boolean isHeld(@Nullable String tags, String tag) {
        return tags != null
                && Arrays.stream(tags.split(","))
                        .map(String::strip)
                        .anyMatch(held -> held.equals("*") || strong(held).equals(strong(tag)));
    }

    private static String strong(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }

    /** Whether gzip is named, and not as what is unwanted. */
    private static boolean takesGzip(@Nullable String encodings) {
        return encodings != null
                && Arrays.stream(encodings.toLowerCase(Locale.ROOT).split(","))
                        .map(encoding -> encoding.replace(" ", ""))
                        .anyMatch(
                                encoding ->
                                        encoding.equals("gzip")
                                                || (encoding.startsWith("gzip;")
                                                        && !encoding.matches("gzip;q=0(\\.0*)?")));
    }

    private synchronized byte[] gzip() {
        byte[] made = gzip;
        if (made == null) {
            byte[] whole = plain.get();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(whole.length / 4);
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(whole);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            made = bytes.toByteArray();
            gzip = made;
        }
        return made;
    }

    @Override
    public String toString() {
        return contentType + " " + tag() + " " + new String(plain.get(), StandardCharsets.UTF_8);
    }
}
