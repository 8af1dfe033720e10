package io.holdfast.scheduler.dashboard;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Serves the web page's files. They are few and small, so they are held in memory; a browser asks each time whether it has the
 * present ones (ETag). No token is needed for them: they say nothing of the cluster, the page brings the token itself.
 */
public final class Dashboard {
    private static final List<String> FILES = List.of("index.html", "app.js", "app.css", "icon.svg");

    private record File(String path, String type, Buffer bytes, String etag) {}

    private final List<File> files;

    private Dashboard(List<File> files) {
        this.files = List.copyOf(files);
    }

    /** Reads the files from the class path; blocks. */
    public static Dashboard load() {
        List<File> files = new ArrayList<>();
        for (String name : FILES) {
            byte[] bytes = read(name);
            String path = name.equals("index.html") ? "/" : "/" + name;
            files.add(new File(path, type(name), Buffer.buffer(bytes), "\"" + digest(bytes) + "\""));
        }
        return new Dashboard(files);
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
                throw new IllegalStateException("the page's " + name + " is missing: the build makes it");
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
