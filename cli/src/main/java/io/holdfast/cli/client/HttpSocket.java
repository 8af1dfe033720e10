package io.holdfast.cli.client;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocketFactory;

/** A connection to a scheduler for one request of HTTP/1.1 that the JDK's client is not made for. */
final class HttpSocket implements Closeable {
    private static final int READ_BUFFER_BYTES = 128 << 10;
    private static final int MAX_HEAD_LINES = 100;
    private static final int MAX_LINE = 8 << 10;

    private final Socket socket;
    final DataInputStream in;
    final OutputStream out;

    /** An answer without its body. Names of headers are in lower case. */
    record Head(int status, Map<String, String> headers) {}

    private HttpSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), READ_BUFFER_BYTES));
        this.out = socket.getOutputStream();
    }

    static HttpSocket connect(URI uri, int timeoutMillis) throws IOException {
        boolean secure = uri.getScheme().equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(host, port), timeoutMillis);
            plain.setTcpNoDelay(true); // each key that is pressed is a frame
            return new HttpSocket(
                    secure
                            ? ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, port, true)
                            : plain);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /** @param headers each with its line's end */
    void ask(String method, URI uri, Endpoint endpoint, String headers) throws IOException {
        if (endpoint.token().chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new ProtocolException("the token holds characters that no token has");
        }
        String head = method + " " + uri.getRawPath() + "?" + uri.getRawQuery() + " HTTP/1.1\r\nHost: "
                + uri.getRawAuthority() + "\r\n" + headers
                + (endpoint.token().isEmpty() ? "" : "Authorization: Bearer " + endpoint.token() + "\r\n") + "\r\n";
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    Head head() throws IOException {
        String[] status = line().split(" ", 3);
        Map<String, String> headers = headers();
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new ProtocolException("what answers does not speak HTTP");
        }
        return new Head(status[1].matches("[0-9]{3}") ? Integer.parseInt(status[1]) : 0, headers);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed");
            }
            if (line.length() == MAX_LINE) {
                throw new ProtocolException("what answers sends lines without end");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (int count = 0; count < MAX_HEAD_LINES; count++) {
            String line = line();
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        throw new ProtocolException("what answers sends headers without end");
    }

    /** Empty where its length is not told, or beyond what a scheduler answers. */
    byte[] body(Head head) throws IOException {
        String length = head.headers().getOrDefault("content-length", "0");
        return length.matches("[0-9]{1,6}") ? in.readNBytes(Integer.parseInt(length)) : new byte[0];
    }

    /** At once; whoever reads or writes is woken with an exception. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
