package io.holdfast.scheduler.api;

import io.holdfast.model.line.ExecFrame;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The answer to one request for a WebSocket, head and body as they come. */
record RawUpgrade(int status, HttpHeaders headers, String body) {

    static RawUpgrade ask(ApiFixture api, String path) {
        try (Socket socket = new Socket("127.0.0.1", api.port)) {
            socket.setSoTimeout((int) ApiFixture.BOUND.toMillis());
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + api.port
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: " + ExecFrame.SUBPROTOCOL
                    + "\r\nAuthorization: Bearer " + ApiFixture.TOKEN + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            int status = Integer.parseInt(in.readLine().split(" ")[1]);
            Map<String, List<String>> headers = new TreeMap<>();
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                String[] parts = line.split(": ", 2);
                headers.computeIfAbsent(parts[0], any -> new ArrayList<>()).add(parts[1]);
            }
            HttpHeaders head = HttpHeaders.of(headers, (name, value) -> true);
            char[] body = new char[(int) head.firstValueAsLong("content-length").orElse(0)];
            int read = 0;
            while (read < body.length) {
                read += in.read(body, read, body.length - read);
            }
            return new RawUpgrade(status, head, new String(body));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
