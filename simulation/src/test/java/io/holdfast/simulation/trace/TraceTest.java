package io.holdfast.simulation.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.placement.request.DeviceAsk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTest {
    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("t.csv");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "''# is empty, expected a line with the columns [sn, cpu_milli, memory_mib]",
                "sn,cpu_milli,memory_mib# has no lines below that of the columns, expected at least one",
                "sn,cpu_milli~a,1# line 1: column memory_mib is missing, expected [sn, cpu_milli, memory_mib] in any order",
                "sn,sn,cpu_milli,memory_mib~a,b,1,1# line 1: column sn stands twice, expected once",
                "sn,cpu_milli,memory_mib~a,1# line 2: has 2 columns, expected 3 as the first line has",
                "sn,cpu_milli,memory_mib~a,1,1~b,1,1,1# line 3: has 4 columns, expected 3 as the first line has",
                "sn,cpu_milli,memory_mib~,1,1# line 2: sn is '', expected a text",
                "sn,cpu_milli,memory_mib~a,1,1~a,1,1# line 3: sn is 'a', expected another name than that of line 2",
                "sn,cpu_milli,memory_mib~a,x,1# line 2: cpu_milli is 'x', expected a whole number from 1 to 100000000",
                "sn,cpu_milli,memory_mib~a,0,1# line 2: cpu_milli is '0', expected a whole number from 1 to 100000000",
                "sn,cpu_milli,memory_mib~a,-1,1# line 2: cpu_milli is '-1', expected a whole number from 1 to 100000000",
                "sn,cpu_milli,memory_mib~a,1,99999999999999999999# line 2: memory_mib is '99999999999999999999', expected a whole number from 1 to 8388608",
                "sn,cpu_milli,memory_mib,gpu~a,1,1,1.5# line 2: gpu is '1.5', expected a whole number from 0 to 1024"
            })
    void shouldSayWhereAndWhatWhenAListOfNodesIsWrong(String text, String message) throws IOException {
        write(text);

        assertThatExceptionOfType(TraceInvalid.class)
                .isThrownBy(() -> Nodes.read(file))
                .withMessage(file + " " + message.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "name,cpu_milli~a,1# line 1: column memory_mib is missing, expected [name, cpu_milli, memory_mib] in any order",
                "name,cpu_milli,memory_mib~a,1,1~a,1,1# line 3: name is 'a', expected another name than that of line 2",
                "name,cpu_milli,memory_mib~a,-1,1# line 2: cpu_milli is '-1', expected a whole number from 0 to 100000000",
                "name,cpu_milli,memory_mib,num_gpu,gpu_milli~a,1,1,2,500# line 2: gpu_milli is '500', expected a whole number from 1000 to 1000",
                "name,cpu_milli,memory_mib,num_gpu,gpu_milli~a,1,1,1,1001# line 2: gpu_milli is '1001', expected a whole number from 1 to 1000",
                "name,cpu_milli,memory_mib,creation_time,deletion_time~a,1,1,9,8# line 2: deletion_time is '8', expected a whole number from 9 to 9223372036854775806"
            })
    void shouldSayWhereAndWhatWhenAListOfPodsIsWrong(String text, String message) throws IOException {
        write(text);

        assertThatExceptionOfType(TraceInvalid.class)
                .isThrownBy(() -> Pods.read(file))
                .withMessage(file + " " + message.strip());
    }

    @Test
    void shouldNameTheColumnThatIsMissingWhenTimesMustBeThere() throws IOException {
        write("name,cpu_milli,memory_mib,creation_time~a,1,1,9");

        assertThatExceptionOfType(TraceInvalid.class)
                .isThrownBy(() -> Pods.readWithTimes(file))
                .withMessage(file + " line 1: column deletion_time is missing, expected [name, cpu_milli, memory_mib,"
                        + " creation_time, deletion_time] in any order");
    }

    @Test
    void shouldFindColumnsByNameWhenTheyStandInAnyOrder() throws Exception {
        write("model,memory_mib,extra,sn,gpu,cpu_milli~T4,1024,x,one,2,4000~~,512,x,two,0,2000~");

        assertThat(Nodes.read(file))
                .satisfiesExactly(
                        one -> {
                            assertThat(one.id()).isEqualTo("one");
                            assertThat(one.capacity().cpuMillis()).isEqualTo(4000);
                            assertThat(one.capacity().memoryBytes()).isEqualTo(1L << 30);
                            assertThat(one.devices()).singleElement().satisfies(group -> {
                                assertThat(group.model()).isEqualTo("T4");
                                assertThat(group.count()).isEqualTo(2);
                            });
                        },
                        two -> assertThat(two.devices()).isEmpty());
    }

    @Test
    void shouldShareOneAskAndOrderByCreationWhenPodsAreRead() throws Exception {
        write("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,creation_time,deletion_time~"
                + "late,1000,1,1,460,V100|T4,20,30~first,500,1,0,,,10,~second,500,1,0,,,10,11~");

        List<Pod> pods = Pods.read(file);

        assertThat(pods).extracting(Pod::name).containsExactly("first", "second", "late");
        assertThat(pods.get(0).ask()).isSameAs(pods.get(1).ask());
        assertThat(pods.get(0).departureSeconds()).isEqualTo(Pod.STAYS);
        assertThat(pods.get(2).gpuThousandths()).isEqualTo(460);
        assertThat(pods.get(2).ask().needs().devices())
                .containsExactly(new DeviceAsk("gpu", List.of("V100", "T4"), 1, 460));
    }

    private void write(String lines) throws IOException {
        Files.writeString(file, lines.replace('~', '\n'));
    }
}
