package io.sluice.dashboard.pages;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.sluice.dashboard.http.ProblemException;
import io.sluice.dashboard.security.Anybody;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Styles, scripts and the icon, in memory. Their address holds a digest of them all, so a browser
 * may keep them for ever and has the new ones with the next release.
 */
public final class Assets {
    private static final String OWN = "/io/sluice/dashboard/assets/";
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    /** One file. */
    private static final class Asset {
        private final String type;
        private final byte[] bytes;

        Asset(String type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes;
        }
    }

    private final Map<String, Asset> files = new LinkedHashMap<>();
    private final String base;

    Assets() {
        Properties versions = webjarVersions();
        own("sluice.css", "text/css");
        own("api.css", "text/css");
        own("zone.js", "text/javascript");
        own("live.js", "text/javascript");
        own("plots.js", "text/javascript");
        own("icon.svg", "image/svg+xml");
        webjar(
                "htmx.js",
                "htmx.org/" + versions.getProperty("htmx") + "/dist/htmx.min.js",
                "text/javascript");
        String uplot = "uplot/" + versions.getProperty("uplot") + "/dist/";
        webjar("uplot.js", uplot + "uPlot.iife.min.js", "text/javascript");
        webjar("uplot.css", uplot + "uPlot.min.css", "text/css");
        base = "/assets/" + digest() + "/";
    }

    /** The address of a file; callable from templates. */
    public String url(String name) {
        if (!files.containsKey(name)) {
            throw new IllegalArgumentException("there is no asset " + name);
        }
        return base + name;
    }

    void register(RoutesConfig routes) {
        routes.get(base + "{name}", this::serve, Anybody.ANYBODY);
    }

    private void serve(Context ctx) {
        Asset asset = files.get(ctx.pathParam("name"));
        if (asset == null) {
            throw ProblemException.notFound("asset", ctx.pathParam("name"));
        }
        ctx.header("Cache-Control", "public, max-age=31536000, immutable");
        ctx.contentType(asset.type + "; charset=utf-8").result(asset.bytes);
    }

    private void own(String name, String type) {
        files.put(name, new Asset(type, read(OWN + name)));
    }

    private void webjar(String name, String path, String type) {
        files.put(name, new Asset(type, read(WEBJARS + path)));
    }

    /** The build writes the versions down, so that they are kept in one place. */
    private static Properties webjarVersions() {
        Properties versions = new Properties();
        try (InputStream in = open("/io/sluice/dashboard/webjars.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }

    private static byte[] read(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = Assets.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalStateException(resource + " is missing from the class path");
        }
        return in;
    }

    private String digest() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            files.values().forEach(asset -> sha256.update(asset.bytes));
            return HexFormat.of().formatHex(sha256.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
