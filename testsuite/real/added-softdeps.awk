# SPDX-License-Identifier: LGPL-2.1-or-later
# awk -f added-softdeps.awk MODULES.SOFTDEP REFERENCE OURS
#
# Answers in blocks, each after a line "# NAME". In the blocks that insert a module with
# several softdep lines, drops the lines of OURS that the reference's block lacks, so that
# what is left equals the reference exactly if ours has all of it, in order, and only adds.
function normal(name) {
	sub(/.*\//, "", name)
	sub(/\.ko.*/, "", name)
	gsub(/-/, "_", name)
	return name
}
FNR == 1 { n_file++ }
n_file == 1 { if ($1 == "softdep") lines[normal($2)]++; next }
/^# / { block = $2 }
n_file == 2 {
	count[block, $0]++
	next
}
/^# / {
	flush_block()
	name = block
	summed = lines[normal(block)] > 1
}
{
	held[++n_held] = $0
	if ($1 == "insmod" && lines[normal($2)] > 1)
		summed = 1
}
function flush_block(    i) {
	for (i = 1; i <= n_held; i++) {
		if (!summed || held[i] ~ /^# / || count[name, held[i]]-- > 0)
			print held[i]
	}
	n_held = 0
}
END { flush_block() }
