package io.holdfast.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointLookupTest {
    @TempDir
    Path home;

    private Map<String, String> environment;
    private Path dataDir;

    @BeforeEach
    void runDev() throws IOException {
        environment = Map.of("HOME", home.toString());
        dataDir = Files.createDirectory(home.resolve("data"));
        Path token = Files.writeString(dataDir.resolve("token"), "devs-own\n");
        RunFile run = RunFile.ofThisProcess("http://127.0.0.1:7999", token);
        run.write(RunFile.ofUser(environment));
        run.write(RunFile.ofDataDir(dataDir));
    }

    @Test
    void shouldFindTheRunningDevWhenNothingIsGiven() {
        Endpoint found = new EndpointLookup(environment).find("", "", "", "");

        assertThat(found.address()).isEqualTo("http://127.0.0.1:7999");
        assertThat(found.token()).isEqualTo("devs-own");
        assertThat(found.project()).isEqualTo("default");
    }

    @Test
    void shouldKeepTheDevsTokenToItselfWhenAnotherAddressIsMeant() {
        Endpoint found = new EndpointLookup(environment).find("http://127.0.0.1:1", "", "", "");

        assertThat(found.token()).isEmpty();
    }

    @Test
    void shouldPreferFlagToEnvironmentToDevWhenSeveralAreGiven() {
        Map<String, String> variables = new java.util.HashMap<>(environment);
        variables.put("HOLDFAST_TOKEN", "variable");

        assertThat(new EndpointLookup(variables).find("", "", "", "").token()).isEqualTo("variable");
        assertThat(new EndpointLookup(variables).find("", "flag", "", "").token())
                .isEqualTo("flag");
    }

    @Test
    void shouldTakeTheDataDirectorysTokenWhenItIsNamed() {
        Endpoint found = new EndpointLookup(Map.of("HOME", "/nonexistent")).find("", "", "", dataDir.toString());

        assertThat(found.token()).isEqualTo("devs-own");
        assertThat(found.address()).isEqualTo("http://127.0.0.1:7999");
    }

    @Test
    void shouldTakeNoNoticeWhenTheWriterOfTheRunFileHasGone() throws IOException {
        RunFile gone = new RunFile("http://127.0.0.1:7999", dataDir.resolve("token"), Long.MAX_VALUE, 1);
        gone.write(RunFile.ofUser(environment));

        Endpoint found = new EndpointLookup(environment).find("", "", "", "");

        assertThat(found.address()).isEqualTo(Endpoint.DEFAULT_ADDRESS);
        assertThat(found.token()).isEmpty();
    }

    @Test
    void shouldKeepTheOthersFileWhenOneThatWasReplacedEnds() throws IOException {
        RunFile first = RunFile.ofThisProcess("http://127.0.0.1:1", dataDir.resolve("token"));
        RunFile second = RunFile.ofThisProcess("http://127.0.0.1:2", dataDir.resolve("token"));
        Path file = RunFile.ofUser(environment);
        first.write(file);
        second.write(file);

        first.remove(file);
        assertThat(RunFile.read(file)).contains(second);
        second.remove(file);
        assertThat(file).doesNotExist();
    }

    @Test
    void shouldRefuseWhenTheAddressIsNone() {
        assertThatThrownBy(() -> new EndpointLookup(environment).find("http:// x", "", "", ""))
                .hasMessage("--address http:// x is not an address as http://127.0.0.1:7470");
    }
}
