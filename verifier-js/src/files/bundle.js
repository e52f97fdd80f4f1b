export async function judgeBundle() { throw new Error("not yet"); }
