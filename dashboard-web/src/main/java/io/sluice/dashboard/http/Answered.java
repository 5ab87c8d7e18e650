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
    private final byte[] plain;
    private final String tag;
    private byte @Nullable [] gzip;

    private Answered(String contentType, byte[] plain, String tag) {
        this.contentType = contentType;
        this.plain = plain;
        this.tag = tag;
    }

    /** A view as JSON. */
    public static Answered json(Object view) {
        return new Answered("application/json", Json.bytes(view), tag(Json.lasting(view)));
    }

    /** A text that is what it is. */
    public static Answered of(String contentType, byte[] bytes) {
        return new Answered(contentType, bytes, tag(bytes));
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
        ctx.header("ETag", tag);
        ctx.header("Cache-Control", "private, no-cache");
        if (isHeld(ctx.header("If-None-Match"))) {
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
        if (plain.length >= MIN_BYTES_TO_COMPRESS && takesGzip(ctx.header("Accept-Encoding"))) {
            ctx.header("Content-Encoding", "gzip");
            ctx.result(gzip());
        } else {
            ctx.result(plain);
        }
    }

    private boolean isHeld(@Nullable String tags) {
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
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 4);
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(plain);
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
        return contentType + " " + tag + " " + new String(plain, StandardCharsets.UTF_8);
    }
}
