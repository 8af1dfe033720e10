package io.holdfast.scheduler.dashboard;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/**
 * Serves the web page's files. They are plain modules that browsers take as they are, and Preact, from its
 * webjar. They are few and small, so they are held in memory; a browser asks each time whether it has the
 * present ones (ETag). No token is needed for them: they say nothing of the cluster, the page brings the token itself.
 */
public final class Dashboard {
    private static final List<String> FILES = List.of(
            "index.html",
            "app.css",
            "icon.svg",
            "app.js",
            "api.js",
            "cluster.js",
            "details.js",
            "events.js",
            "format.js",
            "hold.js",
            "logs.js",
            "view.js");

    private static final String PREACT = "/META-INF/resources/webjars/preact/";
    private static final String PREACT_POM = "/META-INF/maven/org.webjars.npm/preact/pom.properties";

    private record File(String path, String type, Buffer bytes, String etag) {}

    private final List<File> files;

    private Dashboard(List<File> files) {
        this.files = List.copyOf(files);
    }

    /** Reads the files from the class path; blocks. */
    public static Dashboard load() {
        List<File> files = new ArrayList<>();
        for (String name : FILES) {
            files.add(file(name.equals("index.html") ? "/" : "/" + name, name, read(name)));
        }
        files.add(file("/preact.js", "preact.js", read(PREACT + preactVersion() + "/dist/preact.module.js")));
        return new Dashboard(files);
    }

    private static File file(String path, String name, byte[] bytes) {
        return new File(path, type(name), Buffer.buffer(bytes), "\"" + digest(bytes) + "\"");
    }

    /** The webjar's files stand under its version, which only the build knows. */
    private static String preactVersion() {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(read(PREACT_POM), StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            throw new UncheckedIOException("reading preact's version failed", e);
        }
        return properties.getProperty("version", "");
    }

    public void mount(Router router) {
        files.forEach(file -> router.get(file.path()).handler(http -> serve(http, file)));
    }

    private static void serve(RoutingContext http, File file) {
        http.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-cache").putHeader(HttpHeaders.ETAG, file.etag());
        if (file.etag().equals(http.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
            http.response().setStatusCode(304).end();
        } else {
            http.response().putHeader(HttpHeaders.CONTENT_TYPE, file.type()).end(file.bytes());
        }
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no media type is known for " + name);
        };
    }

    private static byte[] read(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the page's " + name + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading the page's " + name + " failed", e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
