package io.holdfast.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.keeper.oci.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits as a request writes them, in JSON. */
class ResourceChecksTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'memory':{'limit':-2}} | memory.limit -2 is not between -1 and",
                "{'memory':{'limit':4096}} | memory.limit 4096 is not between 1048576",
                "{'memory':{'limit':2097152,'reservation':4194304}} | memory.reservation 4194304 is above x.memory.limit 2097152",
                "{'memory':{'swap':2097152}} | memory.swap 2097152 (memory plus swap) needs x.memory.limit",
                "{'memory':{'limit':4194304,'swap':2097152}} | memory.swap 2097152 (memory plus swap) is below x.memory.limit",
                "{'memory':{'swap':-2}} | memory.swap -2",
                "{'cpu':{'shares':1}} | cpu.shares 1 is not between 2 and 262144",
                "{'cpu':{'quota':999}} | cpu.quota 999 is not between 1000",
                "{'cpu':{'quota':9223372036854775807}} | cpu.quota 9223372036854775807",
                "{'cpu':{'period':999}} | cpu.period 999",
                "{'cpu':{'period':1000001}} | cpu.period 1000001",
                "{'cpu':{'cpus':'0-'}} | cpu.cpus 0- is not a list",
                "{'cpu':{'cpus':'3-1'}} | cpu.cpus 3-1",
                "{'cpu':{'cpus':'99999999999'}} | cpu.cpus 99999999999",
                "{'cpu':{'cpus':','}} | cpu.cpus ,",
                "{'cpu':{'mems':'a'}} | cpu.mems a",
                "{'pids':{'limit':-2}} | pids.limit -2",
                "{'pids':{'limit':9000000}} | pids.limit 9000000",
                "{'blockIO':{'weight':9}} | blockIO.weight 9 is not between 10 and 1000",
                "{'blockIO':{'throttleReadBpsDevice':[{'major':-1,'minor':0,'rate':1}]}} | blockIO.throttleReadBpsDevice[0].major -1",
                "{'blockIO':{'throttleWriteIOPSDevice':[{'major':8,'minor':0,'rate':-1}]}} | blockIO.throttleWriteIOPSDevice[0].rate -1",
                "{'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':1},{'major':8,'minor':0,'rate':2}]}} | throttleReadBpsDevice[1] names device 8:0 a second time",
                "{'devices':[{'allow':true,'type':'x'}]} | devices[0].type x",
                "{'devices':[{'allow':true,'type':'c','major':-2}]} | devices[0].major -2",
                "{'devices':[{'allow':true,'type':'c','access':'rr'}]} | devices[0].access rr",
                "{'devices':[{'allow':true,'type':'c','access':''}]} | devices[0].access",
                "{'unified':{'cgroup.procs':'1'}} | unified.cgroup.procs is not a limit of a cgroup controller",
                "{'unified':{'../memory.high':'1'}} | unified.../memory.high is not a limit",
                "{'unified':{'memory.high/x':'1'}} | unified.memory.high/x is not a limit",
                "{'unified':{'memory.high':''}} | unified.memory.high has no value",
                "{'unified':{'memory.high':null}} | unified.memory.high has no value",
                "{'unified':{'memory.high':'1\\n2'}} | unified.memory.high has no value of one line",
                "{'unified':{'memory.high':'lots'}} | unified.memory.high lots is not what the kernel takes",
                "{'unified':{'io.max':'rbps=1'}} | unified.io.max rbps=1 is not what the kernel takes",
                "{'unified':{'cpuset.cpus':'all'}} | unified.cpuset.cpus all is not what the kernel takes",
            })
    void shouldRefuseWithTheFieldsPath(String resources, String message) {
        RefusedException refused = assertThrows(RefusedException.class, () -> check(resources));

        assertThat(refused.error().code()).isEqualTo("bad-request");
        assertThat(refused.error().message()).startsWith("x.").contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'memory':{'limit':-1,'reservation':-1,'swap':-1},'cpu':{'quota':-1},'pids':{'limit':-1}}",
                "{'memory':{'limit':67108864,'reservation':1,'swap':67108864}}",
                "{'memory':{'limit':67108864,'swap':-1}}",
                "{'cpu':{'shares':2,'quota':1000,'period':1000000,'cpus':'0-1,8191','mems':'0'}}",
                "{'blockIO':{'weight':1000,'throttleReadBpsDevice':[{'major':8,'minor':16,'rate':0}]}}",
                "{'devices':[{'allow':false,'access':'rwm'},{'allow':true,'type':'c','major':1,'minor':3,'access':'rw'}]}",
                "{'unified':{'memory.high':'64M','io.max':'8:0 rbps=1 wiops=max','hugetlb.2MB.max':'2M','cpu.max':'max 100000'}}",
            })
    void shouldTakeWhatMakesSense(String resources) {
        assertThatCode(() -> check(resources)).doesNotThrowAnyException();
    }

    @Test
    void shouldBoundTheNumberOfRules() {
        String rule = "{'allow':false}";
        String many = "{'devices':[" + (rule + ",").repeat(Limits.MAX_RULES) + rule + "]}";

        RefusedException refused = assertThrows(RefusedException.class, () -> check(many));

        assertThat(refused.error().message()).isEqualTo("x.devices has more than 256 entries");
    }

    private static void check(String resources) throws Exception {
        new ResourceChecks("x").check(MAPPER.readValue(resources.replace('\'', '"'), Spec.Resources.class));
    }
}
