#!/usr/bin/env bash
#
# Requires IMDSv2 on the instances that the log proves to be ready. Written by imds-packet-analyzer; read it before you run it.
#
@SUMMARY@
#
# Without --apply it changes nothing and only prints what it would do.

# Started by another shell, or by bash under the name sh: go on with bash.
if [ -z "${BASH_VERSION:-}" ] || [ -n "${POSIXLY_CORRECT+set}" ]; then
    unset POSIXLY_CORRECT
    if [ -f "$0" ] && command -v bash >/dev/null; then
        exec bash "$0" "$@"
    fi
    echo "this script needs bash: run it as bash FILE" >&2
    exit 64
fi

set -euo pipefail

usage() {
    cat <<'END'
Usage: require-imdsv2.sh [--apply] [--despite-doubts] [--without-way-back] [--record FILE] [--places FILE]
                         [--only WHAT]... [--region REGION] [--profile [ACCOUNT=]PROFILE]...
       require-imdsv2.sh --roll-back FILE [--apply] [--region REGION] [--profile [ACCOUNT=]PROFILE]...

  --apply             make the changes; without it they are only printed
  --despite-doubts    make them although the proof is old or has gaps: the logs ended more than a day before
                      this script was written, it was written more than a day ago, or an input could not be read
  --without-way-back  make them also where the account enforces IMDSv2, so that nothing takes an instance back to
                      IMDSv1 until that is undone, and where the account cannot be asked
  --record FILE       where each change is noted before it is made and after it, a JSON object a line
                      (default: imdsv2-changes-DATE.jsonl in this folder); give the same file again to go on after an
                      interruption
  --places FILE       lines "INSTANCE ACCOUNT REGION", for instances whose log does not say where they are
  --only WHAT         only the instances of this account, Region or launch template (lt-…, where the report had
                      --inventory); again for a further one
  --region REGION     for instances whose Region is not known
  --profile PROFILE   of the AWS CLI; with ACCOUNT= for that account only
  --roll-back FILE    give the instances noted in FILE their old setting back

Exit status: 0 done (or nothing to do), 1 at least one instance could not be changed, or there are doubts, or no way
back, 64 wrong usage, 69 the AWS CLI is missing.
END
}

# Only instances with the verdict READY: instance, account and Region, - where the log does not say.
instances=(
@INSTANCES@
)

# Instance and launch template, where the inventory names one.
templates=(
@TEMPLATES@
)

# Seconds since the epoch: the end of the logs, and when this was written; and how many inputs were not read to the end.
logs_end=@LOGS_END@
written=@WRITTEN@
unread_inputs=@UNREAD@
day=86400

apply=no
despite_doubts=no
without_way_back=no
record="imdsv2-changes-$(date -u +%Y%m%dT%H%M%SZ).jsonl"
roll_back=
places=
region_option=
profile_option=
profiles=()
only=()
command_line=()
export AWS_PAGER=

while (($#)); do
    case $1 in
        --apply) apply=yes; shift ;;
        --despite-doubts) despite_doubts=yes; shift ;;
        --without-way-back) without_way_back=yes; shift ;;
        --record | --roll-back | --places | --only | --region | --profile)
            if (($# < 2)); then
                usage >&2
                exit 64
            fi
            case $1 in
                --record) record=$2 ;;
                --roll-back) roll_back=$2 ;;
                --places) places=$2 ;;
                --only) only+=("$2") ;;
                --region) region_option=$2 command_line+=("$1" "$2") ;;
                --profile)
                    command_line+=("$1" "$2")
                    if [[ $2 =~ ^[0-9]{12}= ]]; then
                        profiles+=("$2")
                    else
                        profile_option=$2
                    fi ;;
            esac
            shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 64 ;;
    esac
done

# Where the commands of call_aws go: the account and Region of the instances at hand; - where not known.
account=-
region=-

# The Region for commands; empty where neither log nor option says it.
region_here() {
    if [[ $region != - ]]; then
        printf '%s' "$region"
    else
        printf '%s' "$region_option"
    fi
}

call_aws() {
    local options=() profile=$profile_option entry here
    here=$(region_here)
    if [[ -n $here ]]; then
        options+=(--region "$here")
    fi
    for entry in ${profiles[@]+"${profiles[@]}"}; do
        if [[ ${entry%%=*} == "$account" ]]; then
            profile=${entry#*=}
        fi
    done
    if [[ -n $profile ]]; then
        options+=(--profile "$profile")
    fi
    aws "$@" ${options[@]+"${options[@]}"}
}

# Prints why what the log proved may not hold any more, a reason a line.
doubts() {
    local now
    now=$(date -u +%s)
    if ((written - logs_end > day)); then
        echo "the logs ended $(((written - logs_end) / 3600)) hours before this script was written"
    fi
    if ((now - written > day)); then
        echo "this script was written $(((now - written) / 3600)) hours ago"
    fi
    if ((unread_inputs > 0)); then
        echo "inputs of the report that could not be read to the end: $unread_inputs"
    fi
}

# Prints HttpTokens, HttpEndpoint, HttpPutResponseHopLimit, State, and the instance's own state, separated by tabs.
options_of() {
    call_aws ec2 describe-instances --instance-ids "$1" --output text \
        --query 'Reservations[0].Instances[0].[MetadataOptions.HttpTokens,MetadataOptions.HttpEndpoint,MetadataOptions.HttpPutResponseHopLimit,MetadataOptions.State,State.Name]'
}

# Whether AWS can be asked at all, as an instance of the group shows: one that is not there is an answer, too. A dry run
# does without, as where neither Region nor credentials are set up.
can_ask() {
    local error
    if error=$(options_of "$1" 2>&1 >/dev/null) || [[ $error == *InvalidInstanceID* ]]; then
        return 0
    fi
    error=$(printf '%s' "$error" | LC_ALL=C tr -s '\n' ' ' | LC_ALL=C tr -c ' -~' '?')
    echo "AWS cannot be asked (${error:-no reason given}), so this plan goes by the log alone; with --apply each instance is asked before it is changed" >&2
    if [[ -z $(region_here) ]]; then
        echo "the log does not say the Region of these instances: give --region REGION, or --places FILE" >&2
    fi
    return 1
}

# Prints the instance's tags, name and value separated by a tab; control characters in them become question marks.
tags_of() {
    call_aws ec2 describe-instances --instance-ids "$1" --output text \
        --query 'Reservations[0].Instances[0].Tags[].[Key,Value]' 2>/dev/null | LC_ALL=C tr -c '\t\n -~' '?' || true
}

set_tokens() {
    call_aws ec2 modify-instance-metadata-options --instance-id "$1" --http-tokens "$2" --http-endpoint enabled --output text >/dev/null
}

# Notes what is done: instance, action, result, and the options before. All of them are of known forms.
note() {
    printf '{"time":"%s","account":"%s","region":"%s","instance":"%s","action":"%s","result":"%s","http_tokens_before":"%s","hop_limit_before":"%s"}\n' \
        "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$account" "$(region_here)" "$1" "$2" "$3" "$4" "$5" >>"$record"
}

# Waits until the instance has the setting, for at most a minute. Prints what it has then; 1 if that is another one.
wait_for() {
    local tokens endpoint hops state power
    for _ in $(seq 12); do
        IFS=$'\t' read -r tokens endpoint hops state power < <(options_of "$1") || return 1
        if [[ $tokens == "$2" && $state == applied ]]; then
            echo "$1: HttpTokens=$tokens HttpEndpoint=$endpoint HttpPutResponseHopLimit=$hops, applied"
            outcome=applied
            return 0
        fi
        if [[ $tokens == "$2" && $power == stop* ]]; then
            break
        fi
        sleep "${WAIT_SECONDS:-5}"
    done
    if [[ $tokens == "$2" && $state == pending ]]; then
        echo "$1: HttpTokens=$tokens, pending: it takes effect ${power:+(the instance is $power) }with the next start or a little later"
        outcome=pending
        return 0
    fi
    return 1
}

failures=0
fail() {
    echo "$1" >&2
    failures=$((failures + 1))
}

# Says what of an instance's tags bears on the change.
say_what_it_is() {
    local instance=$1 key value group='' template='' cluster=''
    while IFS=$'\t' read -r key value; do
        case $key in
            aws:autoscaling:groupName) group=$value ;;
            aws:ec2launchtemplate:id) template=$value ;;
            eks:cluster-name | aws:eks:cluster-name) cluster=$value ;;
            kubernetes.io/cluster/*) cluster=${cluster:-${key#kubernetes.io/cluster/}} ;;
        esac
    done < <(tags_of "$instance")
    if [[ -n $group ]]; then
        echo "$instance: of the Auto Scaling group $group: its launch template${template:+ ($template)} undoes the change when the group replaces the instance; change the template, too"
    fi
    if [[ -n $cluster ]]; then
        echo "$instance: a node of the EKS cluster $cluster: pods behind the hop need a hop limit of 2 or roles of their own (IRSA, Pod Identity); new nodes come from the node group's launch template; leave the endpoint on"
    fi
}

require_imdsv2() {
    local instance=$1 tokens endpoint hops state power here outcome=
    here=$(region_here)
    local command="aws ec2 modify-instance-metadata-options --instance-id $instance --http-tokens required --http-endpoint enabled${here:+ --region $here}"
    if [[ $asks == no ]]; then
        echo "would run: $command"
        return
    elif ! IFS=$'\t' read -r tokens endpoint hops state power < <(options_of "$instance"); then
        fail "$instance: its options cannot be read, left alone"
        return
    elif [[ $power == terminated || $power == shutting-down ]]; then
        echo "$instance: is $power, left alone"
        return
    elif [[ $endpoint != enabled ]]; then
        echo "$instance: the endpoint is $endpoint, left alone"
        return
    elif [[ $tokens == required ]]; then
        echo "$instance: requires IMDSv2 already${state:+ ($state)}"
        return
    elif [[ $tokens != optional || ! $state =~ ^(applied|pending)$ || ($state == pending && $power != stop*) ]]; then
        fail "$instance: HttpTokens=$tokens, State=$state is not what was expected, left alone"
        return
    fi
    say_what_it_is "$instance"
    if [[ $apply == no ]]; then
        echo "would run: $command"
        return
    fi
    [[ $hops =~ ^[0-9]+$ ]] || hops=
    # Noted before the change, so that an interruption cannot lose it.
    note "$instance" require started "$tokens" "$hops"
    if set_tokens "$instance" required && wait_for "$instance" required; then
        note "$instance" require "$outcome" "$tokens" "$hops"
    else
        note "$instance" require failed "$tokens" "$hops"
        fail "$instance: the change was refused or did not take effect"
    fi
}

# Whether the account lets an instance go back to optional: yes, no, or unknown.
way_back() {
    local answer
    if ! answer=$(call_aws ec2 get-instance-metadata-defaults --output text --query 'AccountLevel.[HttpTokensEnforced,ManagedBy]'); then
        way=unknown
    elif [[ $answer =~ ^enabled($|[[:space:]]) || $answer =~ HttpTokensEnforced\"?:\ *\"?enabled ]]; then
        way=no
    else
        way=yes
    fi
    managed=no
    if [[ ${answer:-} == *declarative-policy* ]]; then
        managed=yes
    fi
}

# Says that there is no way back here, or that nobody knows, and what would have to be undone.
say_no_way_back() {
    local here where
    here=$(region_here)
    where="${account/#-/this account}${here:+, $here}"
    if [[ $way == unknown ]]; then
        echo "$where: cannot be asked whether it enforces IMDSv2 (not permitted, or an AWS CLI from before 2026-03): there may be no way back here" >&2
        return
    fi
    echo "$where: no way back here: the account enforces IMDSv2 (HttpTokensEnforced is enabled), and --http-tokens optional is refused" >&2
    if [[ $managed == yes ]]; then
        echo "  to undo first: http_tokens_enforced in the organisation's declarative policy for EC2" >&2
    else
        echo "  to undo first: aws ec2 modify-instance-metadata-defaults --http-tokens-enforced disabled${here:+ --region $here}" >&2
    fi
}

# Whether the commands would go to the account at hand; says so where not.
right_account() {
    local actual
    if [[ $account == - ]]; then
        return 0
    fi
    if ! actual=$(call_aws sts get-caller-identity --query Account --output text); then
        echo "$account: cannot be asked whose credentials these are" >&2
        return 1
    fi
    if [[ $actual != "$account" ]]; then
        echo "$account: these credentials are of account ${actual//[^0-9]/}: give --profile $account=PROFILE" >&2
        return 1
    fi
}

# Goes over the instances of one account and Region.
require_group() {
    local instance asks=$has_aws
    if [[ $apply == no && $has_aws == yes ]] && ! can_ask "$1"; then
        asks=no
    fi
    if [[ $asks == yes ]] && ! right_account; then
        for instance in "$@"; do
            fail "$instance: left alone"
        done
        return
    fi
    if [[ $asks == yes ]]; then
        way_back
        if [[ $way != yes ]]; then
            say_no_way_back
            if [[ $apply == yes && $without_way_back == no ]]; then
                for instance in "$@"; do
                    fail "$instance: left alone: give --without-way-back to go on all the same"
                done
                return
            fi
        fi
    fi
    for instance in "$@"; do
        require_imdsv2 "$instance"
    done
}

restore() {
    local instance=$1 old_tokens=$2 tokens endpoint rest here outcome=
    here=$(region_here)
    if [[ $apply == no ]]; then
        echo "would run: aws ec2 modify-instance-metadata-options --instance-id $instance --http-tokens $old_tokens --http-endpoint enabled${here:+ --region $here}"
        return
    fi
    if ! right_account; then
        fail "$instance: left alone"
    elif ! IFS=$'\t' read -r tokens endpoint rest < <(options_of "$instance"); then
        fail "$instance: its options cannot be read, left alone"
    elif [[ $endpoint != enabled ]]; then
        echo "$instance: the endpoint is $endpoint, left alone"
    elif [[ $tokens == "$old_tokens" ]]; then
        echo "$instance: HttpTokens is $tokens already (${rest//$'\t'/, })"
    else
        way_back
        if [[ $way == no ]]; then
            say_no_way_back
            fail "$instance: left alone"
        elif set_tokens "$instance" "$old_tokens" && wait_for "$instance" "$old_tokens"; then
            note "$instance" roll-back "$outcome" "$tokens" ""
        else
            note "$instance" roll-back failed "$tokens" ""
            fail "$instance: the change was refused or did not take effect"
        fi
    fi
}

# Takes back what is noted in a record; the first note of an instance tells what it had.
restore_all() {
    local line seen=' ' instance tokens
    local form='^\{"time":"[^"]*","account":"(-|[0-9]{12})","region":"([a-z0-9-]*)","instance":"(i-[0-9a-f]{8,17})","action":"require","result":"[a-z]+","http_tokens_before":"(optional|required)","hop_limit_before":"[0-9]*"\}$'
    local other='^\{"time":"[^"]*","account":"(-|[0-9]{12})","region":"[a-z0-9-]*","instance":"i-[0-9a-f]{8,17}","action":"roll-back",'
    record=$roll_back
    while IFS= read -r line <&3; do
        if [[ $line =~ $form ]]; then
            account=${BASH_REMATCH[1]} region=${BASH_REMATCH[2]:--} instance=${BASH_REMATCH[3]} tokens=${BASH_REMATCH[4]}
            if [[ $seen != *" $instance "* ]]; then
                seen+="$instance "
                restore "$instance" "$tokens"
            fi
        elif [[ ! $line =~ $other ]]; then
            fail "not a line of a record: ${line//[^ -~]/?}"
        fi
    done 3< <(cat -- "$roll_back")
}

# Takes the accounts and Regions of a file for the instances that have none.
take_places() {
    local instance place_account place_region rest i
    while read -r instance place_account place_region rest; do
        if [[ $instance =~ ^(#.*)?$ ]]; then
            continue
        fi
        if [[ ! $instance =~ ^i-[0-9a-f]{8,17}$ || ! $place_account =~ ^(-|[0-9]{12})$ || ! $place_region =~ ^(-|[a-z]{2,4}(-[a-z]+)+-[0-9]+)$ || -n $rest ]]; then
            echo "$places: not a line of INSTANCE ACCOUNT REGION: ${instance//[^ -~]/?}" >&2
            exit 64
        fi
        for i in "${!instances[@]}"; do
            if [[ ${instances[i]} == "$instance - -" ]]; then
                instances[i]="$instance $place_account $place_region"
            fi
        done
    done < <(tr ',;\t' '   ' <"$places")
}

# Leaves only the instances of the accounts, Regions and launch templates that were asked for.
keep_only() {
    local entry what kept=()
    for entry in "${instances[@]}"; do
        for what in "${only[@]}"; do
            if [[ " ${entry#* } " == *" $what "* ]] ||
                printf '%s\n' ${templates[@]+"${templates[@]}"} | grep -qxF -e "${entry%% *} $what"; then
                kept+=("$entry")
                break
            fi
        done
    done
    instances=(${kept[@]+"${kept[@]}"})
}

# The command that takes the changes back, ready to be copied.
print_roll_back() {
    local script=$0
    if [[ ! -f $script ]]; then
        script=require-imdsv2.sh
    fi
    printf 'to roll back:'
    printf ' %q' bash "$script" --roll-back "$record" --apply ${command_line[@]+"${command_line[@]}"}
    printf '\n'
}

has_aws=no
if command -v aws >/dev/null; then
    has_aws=yes
elif [[ $apply == yes ]]; then
    echo "the AWS CLI is missing: install aws, or put it on the PATH" >&2
    exit 69
fi
for file in "$roll_back" "$places"; do
    if [[ -n $file && ! -r $file ]]; then
        echo "$file cannot be read" >&2
        exit 64
    fi
done

if [[ -n $roll_back ]]; then
    restore_all
else
    why=$(doubts)
    if [[ -n $why ]]; then
        printf '%s\n' "$why" >&2
        if [[ $apply == yes && $despite_doubts == no ]]; then
            echo "nothing was changed: make the report again from the logs of today, or give --despite-doubts too" >&2
            exit 1
        fi
    fi
    if [[ -n $places && ${#instances[@]} -gt 0 ]]; then
        take_places
    fi
    if ((${#only[@]} > 0 && ${#instances[@]} > 0)); then
        keep_only
    fi
    if ((${#instances[@]} == 0)); then
        echo "no instance is READY$( ((${#only[@]} == 0)) || echo " of those that --only names"): nothing to do"
    else
        while read -r account region <&3; do
            group=()
            for entry in "${instances[@]}"; do
                if [[ ${entry#* } == "$account $region" ]]; then
                    group+=("${entry%% *}")
                fi
            done
            if [[ $account != - || $region != - ]]; then
                echo "account $account, Region $region: ${#group[@]}"
            fi
            require_group "${group[@]}"
        done 3< <(printf '%s\n' "${instances[@]#* }" | sort -u)
    fi
    if [[ $apply == yes && -e $record ]]; then
        print_roll_back
    fi
fi

if [[ $apply == no ]]; then
    echo "nothing was changed: give --apply to do it"
fi
((failures == 0))
