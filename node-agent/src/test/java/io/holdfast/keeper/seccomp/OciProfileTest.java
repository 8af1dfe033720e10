package io.holdfast.keeper.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.keeper.linux.Arch;
import io.holdfast.keeper.linux.LaunchException;
import io.holdfast.keeper.oci.Spec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OciProfileTest {
    private static Spec.Seccomp seccomp(String json) throws Exception {
        return new ObjectMapper().readValue(json.replace('\'', '"'), Spec.Seccomp.class);
    }

    @Test
    void shouldReadActionsArgumentsAndFlags() throws Exception {
        Profile profile = OciProfile.read(seccomp("""
                {'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':38,'architectures':['SCMP_ARCH_X86_64','SCMP_ARCH_X86'],
                 'flags':['SECCOMP_FILTER_FLAG_LOG','SECCOMP_FILTER_FLAG_TSYNC'],
                 'syscalls':[
                  {'names':['read','chown32','call_of_the_future'],'action':'SCMP_ACT_ALLOW'},
                  {'names':['write'],'action':'SCMP_ACT_TRACE','errnoRet':7},
                  {'names':['clone'],'action':'SCMP_ACT_LOG','args':[
                    {'index':0,'value':2114060288,'valueTwo':0,'op':'SCMP_CMP_MASKED_EQ'},
                    {'index':1,'value':5,'op':'SCMP_CMP_GE'}]},
                  {'names':['kexec_load'],'action':'SCMP_ACT_KILL_PROCESS'}]}
                """));
        assertThat(profile.defaultAction()).isEqualTo(Action.errno(38));
        assertThat(profile.flags()).isEqualTo(3);
        assertThat(profile.rules().get(1).action()).isEqualTo(Action.trace(7));
        assertThat(profile.rules().get(2).conditions())
                .containsExactly(
                        new Condition(0, 0x7e020000L, Condition.Op.EQ, 0), new Condition(1, -1, Condition.Op.GE, 5));
        assertThat(profile.decisions(Arch.X86_64)).hasSize(4);
    }

    /** The specification's numbers go to 2^64 - 1. */
    @Test
    void shouldReadUnsignedNumbersAndRefuseLongerOnes() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Spec.SyscallArg arg = json.readValue(
                "{\"index\":1,\"value\":18446744073709551615,\"op\":\"SCMP_CMP_LT\"}", Spec.SyscallArg.class);
        assertThat(arg).isEqualTo(new Spec.SyscallArg(1, -1, 0, "SCMP_CMP_LT"));
        assertThat(json.readValue(json.writeValueAsString(arg), Spec.SyscallArg.class))
                .isEqualTo(arg);
        for (String wrong : List.of("18446744073709551616", "-9223372036854775809", "\"7\"", "1.5e3x", "{}")) {
            assertThatThrownBy(() -> json.readValue("{\"value\":" + wrong + "}", Spec.SyscallArg.class))
                    .as(wrong)
                    .isInstanceOf(com.fasterxml.jackson.core.JsonProcessingException.class);
        }
    }

    @Test
    void shouldTellUnknownCallsFromThoseOfOtherMachines() throws Exception {
        assertThat(
                        OciProfile.unknownCalls(
                                seccomp(
                                        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['stat64','raed','read'],'action':'SCMP_ACT_KILL'}]}")))
                .containsExactly("raed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'syscalls':[{'names':['read'],'action':'SCMP_ACT_ALLOW'}]}|linux.seccomp.defaultAction: is missing",
                "{'defaultAction':'ALLOW'}|linux.seccomp.defaultAction: ALLOW is no action",
                "{'defaultAction':'SCMP_ACT_NOTIFY'}|linux.seccomp.defaultAction: SCMP_ACT_NOTIFY needs a supervisor",
                "{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':4096}|error number 4096 is not between 0 and 4095",
                "{'defaultAction':'SCMP_ACT_ERRNO','defaultErrnoRet':-1}|error number -1 is not between",
                "{'defaultAction':'SCMP_ACT_TRACE','defaultErrnoRet':65536}|message 65536 is not between",
                "{'defaultAction':'SCMP_ACT_ALLOW','architectures':['X86']}|linux.seccomp.architectures[0]: X86 is no",
                "{'defaultAction':'SCMP_ACT_ALLOW','flags':['LOG']}|linux.seccomp.flags[0]: LOG is not supported",
                "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'action':'SCMP_ACT_KILL'}]}|linux.seccomp.syscalls[0].names:",
                "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['read'],'action':'KILL'}]}|linux.seccomp.syscalls[0].action: KILL",
                "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['read'],'action':'SCMP_ACT_KILL','args':[{'index':6,'op':'SCMP_CMP_EQ'}]}]}|linux.seccomp.syscalls[0].args[0].index: 6",
                "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['read'],'action':'SCMP_ACT_KILL','args':[{'index':0}]}]}|linux.seccomp.syscalls[0].args[0].op: null",
                "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['read'],'action':'SCMP_ACT_KILL','args':[{'index':0,'op':'SCMP_CMP_MASKED_EQ','value':1,'valueTwo':2}]}]}|linux.seccomp.syscalls[0].args[0].valueTwo:",
            })
    void shouldNameTheFieldThatIsWrong(String json, String message) throws Exception {
        Spec.Seccomp given = seccomp(json);
        assertThatThrownBy(() -> OciProfile.read(given))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining(message);
        LaunchException refused = catchThrowableOfType(LaunchException.class, () -> OciProfile.read(given));
        assertThat(refused).hasMessageStartingWith(refused.step() + ": ");
    }

    @Test
    void shouldLoadNothingWhenAllIsAllowed() throws Exception {
        Filters filters = new Filters(Arch.X86_64);
        assertThat(filters.of(seccomp("{'defaultAction':'SCMP_ACT_ALLOW'}"))).isEmpty();
        assertThat(filters.of(seccomp(
                        "{'defaultAction':'SCMP_ACT_ALLOW','syscalls':[{'names':['read'],'action':'SCMP_ACT_KILL'}]}")))
                .isPresent();
    }

    @Test
    void shouldCompileOnceWhenAProfileComesAgain() throws Exception {
        Filters filters = new Filters(Arch.X86_64);
        Filter first = filters.ofDefault(Spec.Capabilities.DEFAULT.bounding());
        assertThat(filters.ofDefault(Spec.Capabilities.DEFAULT.bounding())).isSameAs(first);
        assertThat(filters.ofDefault(List.of())).isNotSameAs(first);
    }

    @Test
    void shouldAllowTheSameCallsWhenTheDefaultProfileIsWrittenAndReadAgain() throws Exception {
        List<String> capabilities = Spec.Capabilities.DEFAULT.bounding();
        Profile written = OciProfile.read(OciWriter.defaultProfile(capabilities));
        Profile own = ProfileText.read(Resources.text("default.seccomp"), java.util.Set.copyOf(capabilities));
        for (Arch arch : Arch.values()) {
            own.decisions(arch).forEach((number, decision) -> {
                if (decision.conditional().isEmpty() && decision.otherwise().equals(Action.ALLOW)) {
                    assertThat(written.decisions(arch).get(number).otherwise())
                            .as("call %d", number)
                            .isEqualTo(Action.ALLOW);
                }
            });
        }
    }
}
